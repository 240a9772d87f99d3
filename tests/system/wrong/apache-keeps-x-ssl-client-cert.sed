# The source is a header field, which Apache does not delete from what clients send; and devices are in the proxies' network.
# front: apache-proxy
# settings: CERTCTL_TRUSTED_PROXY_CIDRS=unix,127.0.0.0/8
# settings: CERTCTL_TRUST_PROXY_CLIENT_CERT=true
# settings: CERTCTL_PROXY_CLIENT_CERT_SOURCE=x-ssl-client-cert
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* THE FORGED CERTIFICATE  *BAD$
/^RequestHeader unset X-SSL-Client/d
