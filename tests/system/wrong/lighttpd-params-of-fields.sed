# The parameters that no client can write, written from a header field of clients.
# front: lighttpd
# doctor: ^SSL-CLIENT-CERT, SSL-CLIENT-VERIFY: SUCCESS  .* SSL_CLIENT_VERIFY is made of it  *BAD$
s/"mod_fastcgi")/"mod_setenv", "mod_fastcgi")/
/^fastcgi.server = /i $REQUEST_HEADER["SSL-Client-Verify"] == "SUCCESS" { setenv.add-environment = ("SSL_CLIENT_VERIFY" => "SUCCESS") }
