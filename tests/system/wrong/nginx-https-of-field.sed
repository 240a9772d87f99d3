# Whether a request came by TLS, as the client says.
# front: nginx
# port: http
# doctor: ^X-Forwarded-Proto: https, by http  .* this is https  *BAD$
/set \$scep_uri/a set $told $https; if ($http_x_forwarded_proto = https) { set $told on; }
s/\$https if_not_empty/$told if_not_empty/
