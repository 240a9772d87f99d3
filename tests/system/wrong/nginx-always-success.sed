# The verdict is written into the configuration, and so is passed on when nobody has shown a certificate.
# front: nginx
# port: mtls
# doctor: ^a request by https  .* a verdict of success, without a certificate  *BAD$
s/fastcgi_param SSL_CLIENT_VERIFY .*/fastcgi_param SSL_CLIENT_VERIFY SUCCESS;/
