# A bridge that appends to X-Forwarded-For, as it may, and a list that holds the clients beside the bridge: what a listed
# client says stands left of its own address, and counts.
# front: nginx-bridge
# settings: CERTCTL_TRUSTED_PROXY_CIDRS=unix,127.0.0.0/8
# settings: CERTCTL_TRUST_PROXY_CLIENT_CERT=false
# doctor: ^(this host's own address) .* it is a listed proxy's  *note$
# doctor: ^X-Forwarded-For: 192\.0\.2\.66  .* our address is 192\.0\.2\.66  *BAD$
s/X-Forwarded-For     \$remote_addr/X-Forwarded-For $proxy_add_x_forwarded_for/
