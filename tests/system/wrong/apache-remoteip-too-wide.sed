# The same, told of proxies, but in a network that devices are in too.
# front: apache-proxy
# doctor: ^X-Real-IP: 192\.0\.2\.66  .* REMOTE_ADDR is 192\.0\.2\.66  *BAD$
/^TraceEnable/i RemoteIPHeader X-Real-IP
/^TraceEnable/i RemoteIPInternalProxy 127.0.0.0/8
