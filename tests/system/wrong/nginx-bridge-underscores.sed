# X_SSL_Client_Cert is passed on, and looks to the program as X-SSL-Client-Cert, which is set to nothing.
# front: nginx-bridge
# settings: CERTCTL_TRUSTED_PROXY_CIDRS=unix
# settings: CERTCTL_TRUST_PROXY_CLIENT_CERT=true
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  *nothing  *nothing  *ok$
# doctor: ^X_SSL_Client_Cert, X_SSL_Client_Verify: SUCCESS  *HTTP_X_SSL_CLIENT_CERT, .* '_' passes for '-'  *BAD$
s/proxy_pass_request_headers off/proxy_pass_request_headers on/
s/underscores_in_headers off/underscores_in_headers on/
s/ssl_verify_client off;/& underscores_in_headers on;/
