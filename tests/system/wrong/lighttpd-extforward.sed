# mod_extforward takes the client's address from a field of everybody.
# front: lighttpd
# doctor: ^X-Forwarded-For: 192\.0\.2\.66  .* REMOTE_ADDR is 192\.0\.2\.66  *BAD$
s/"mod_fastcgi")/"mod_extforward", "mod_fastcgi")/
/^server.tag/a extforward.forwarder = ("all" => "trust")
/^server.tag/a extforward.headers = ("X-Forwarded-For")
