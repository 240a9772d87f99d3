# nginx itself takes the client's address from a field of anybody's.
# front: nginx
# doctor: ^X-Real-IP: 192\.0\.2\.66  .* REMOTE_ADDR is 192\.0\.2\.66  *BAD$
s/server_tokens off;/set_real_ip_from 0.0.0.0\/0; real_ip_header X-Real-IP;/
