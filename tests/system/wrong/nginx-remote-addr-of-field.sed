# REMOTE_ADDR is what a client says, as soon as it says anything.
# front: nginx
# doctor: ^X-Forwarded-For: 192\.0\.2\.66  .* REMOTE_ADDR is 192\.0\.2\.66.*  *BAD$
s/fastcgi_param REMOTE_ADDR .*/fastcgi_param REMOTE_ADDR $proxy_add_x_forwarded_for;/
