# The same where header fields are listened to: X_SSL_Client_Cert is as good as X-SSL-Client-Cert.
# front: nginx-bridge
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  *nothing  *nothing  *ok$
# doctor: ^X_SSL_Client_Cert, X_SSL_Client_Verify: SUCCESS  .* THE FORGED CERTIFICATE  *BAD$
s/proxy_pass_request_headers off/proxy_pass_request_headers on/
s/underscores_in_headers off/underscores_in_headers on/
s/ssl_verify_client off;/& underscores_in_headers on;/
