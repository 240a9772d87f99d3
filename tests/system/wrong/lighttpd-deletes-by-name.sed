# What clients say is deleted by name; X_SSL_Client_Cert, which looks to the program as X-SSL-Client-Cert, is not that name.
# front: lighttpd
# doctor: ^X-SSL-Client-Cert, X-SSL-Client-Verify: SUCCESS  *nothing  *nothing  *ok$
# doctor: ^X_SSL_Client_Cert, X_SSL_Client_Verify: SUCCESS  *HTTP_X_SSL_CLIENT_CERT, .* '_' passes for '-'  *BAD$
s/"mod_fastcgi")/"mod_setenv", "mod_fastcgi")/
/^server.tag/a setenv.set-request-header = ("X-SSL-Client-Cert" => "", "X-SSL-Client-Verify" => "")
