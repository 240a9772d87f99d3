# mod_remoteip takes the client's address from a field, and is not told whose: from everybody.
# front: apache-proxy
# doctor: ^X-Forwarded-For: 192\.0\.2\.66  .* REMOTE_ADDR is 192\.0\.2\.66  *BAD$
/^TraceEnable/i RemoteIPHeader X-Forwarded-For
