# The source is a header field, which lighttpd passes on from everybody; and devices are in the proxies' network.
# front: lighttpd
# settings: CERTCTL_TRUSTED_PROXY_CIDRS=unix,127.0.0.0/8
# settings: CERTCTL_TRUST_PROXY_CLIENT_CERT=true
# settings: CERTCTL_PROXY_CLIENT_CERT_SOURCE=x-ssl-client-cert
# right: CERTCTL_TRUSTED_PROXY_CIDRS=unix
# right: CERTCTL_TRUST_PROXY_CLIENT_CERT=true
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* THE FORGED CERTIFICATE  *BAD$
# doctor: ^X-Forwarded-For: 192\.0\.2\.66  .* our address is 192\.0\.2\.66  *BAD$
