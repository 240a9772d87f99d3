# The same with the fields of RFC 9440.
# front: apache-proxy
# settings: CERTCTL_TRUSTED_PROXY_CIDRS=unix,127.0.0.0/8
# settings: CERTCTL_TRUST_PROXY_CLIENT_CERT=true
# settings: CERTCTL_PROXY_CLIENT_CERT_SOURCE=rfc9440
# doctor: ^Client-Cert, Client-Cert-Chain  .* THE FORGED CERTIFICATE  *BAD$
/^RequestHeader unset Client-Cert/d
