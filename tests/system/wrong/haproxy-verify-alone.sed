# SUCCESS by ssl_c_verify alone, which is 0 as well when nobody has shown a certificate.
# front: haproxy
# port: mtls
# doctor: ^a request by https  .* a verdict of success, without a certificate  *BAD$
/set-param SSL_CLIENT_VERIFY NONE/d
s/SUCCESS if shown good/SUCCESS if good/
