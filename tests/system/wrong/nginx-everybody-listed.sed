# Header fields of clients are passed on, and every address is a trusted proxy's: clients can say whose certificate they have.
# front: nginx
# settings: CERTCTL_TRUSTED_PROXY_CIDRS=unix,0.0.0.0/0
# settings: CERTCTL_TRUST_PROXY_CLIENT_CERT=true
# settings: CERTCTL_PROXY_CLIENT_CERT_SOURCE=x-ssl-client-cert
# doctor: ^(this host's own address) .* it is a listed proxy's  *note$
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* THE FORGED CERTIFICATE  *BAD$
# doctor: ^X-Forwarded-For: 192\.0\.2\.66  .* our address is 192\.0\.2\.66  *BAD$
s/fastcgi_pass_request_headers off/fastcgi_pass_request_headers on/
