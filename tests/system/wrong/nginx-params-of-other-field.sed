# The certificate is written from a field that a balancer once sent.
# front: nginx
# doctor: ^X-Client-Cert, X-ARR-ClientCert  .* SSL_CLIENT_CERT is made of it  *BAD$
/fastcgi_param HTTPS /a fastcgi_param SSL_CLIENT_CERT $http_x_client_cert if_not_empty;
