# The parameters that no client can write, written from header fields of clients.
# front: haproxy
# doctor: ^X-SSL-Client-DER, X-SSL-Client-Verify: 0  .* SSL_CLIENT_CERT is made of it  *BAD$
/http-request del-header/d
s/no option keep-conn/&\n\tset-param SSL_CLIENT_CERT %[req.hdr(x-ssl-client-der)]\n\tset-param SSL_CLIENT_VERIFY SUCCESS if { req.hdr(x-ssl-client-verify) 0 }/
