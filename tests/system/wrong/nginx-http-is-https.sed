# HTTPS is set for the http port too.
# front: nginx
# port: http
# doctor: ^a request by http  .* plain http is https  *BAD$
s/fastcgi_param HTTPS .*/fastcgi_param HTTPS on;/
