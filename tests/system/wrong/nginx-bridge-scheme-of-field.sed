# A bridge that passes on what the client says of TLS, for the sake of another proxy before it, which there is not.
# front: nginx-bridge
# doctor: ^X-Forwarded-Proto: http  .* this is plain http  *BAD$
s/X-Forwarded-Proto   \$scheme/X-Forwarded-Proto $http_x_forwarded_proto/
