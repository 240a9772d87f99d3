# The parameters that no client can write, written from header fields of clients.
# front: nginx
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  .* SSL_CLIENT_CERT is made of it  *BAD$
/fastcgi_param HTTPS /a fastcgi_param SSL_CLIENT_CERT $http_x_ssl_client_cert; fastcgi_param SSL_CLIENT_VERIFY $http_x_ssl_client_verify;
