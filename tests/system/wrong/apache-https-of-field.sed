# Whether a request came by TLS, as the client says.
# front: apache-proxy
# port: http
# doctor: ^X-Forwarded-Proto: https, by http  .* this is https  *BAD$
/^TraceEnable/i SetEnvIf X-Forwarded-Proto ^https$ HTTPS=on
