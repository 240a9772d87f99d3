# The same with the field of Apache's own manual.
# front: apache-proxy
# doctor: ^X-Client-IP: 192\.0\.2\.66, True-Client-IP: 192\.0\.2\.66  .* REMOTE_ADDR is 192\.0\.2\.66  *BAD$
/^TraceEnable/i RemoteIPHeader X-Client-IP
