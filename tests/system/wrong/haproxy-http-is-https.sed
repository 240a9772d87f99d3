# HTTPS is set for the http port too.
# front: haproxy
# port: http
# doctor: ^a request by http  .* plain http is https  *BAD$
s/no option keep-conn/&\n\tset-param HTTPS on/
