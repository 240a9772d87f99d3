# A bridge that deletes what the client names in Connection, after it has set its own fields: as mod_proxy did before Apache
# 2.4.54, and others have done since.
# front: nginx-bridge
# doctor: ^Connection: X-Forwarded-For, X-Forwarded-Proto  .* our address is 127\.0\.0\.1  *BAD$
/location ~/i set $told $remote_addr; if ($http_connection ~* X-Forwarded-For) { set $told ""; }
s/X-Forwarded-For     \$remote_addr/X-Forwarded-For $told/
