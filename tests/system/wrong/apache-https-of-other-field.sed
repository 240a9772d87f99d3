# The same of a field that some balancers say it in.
# front: apache-proxy
# port: http
# doctor: ^X-Forwarded-Ssl: on, Front-End-Https: on, by http  .* this is https  *BAD$
/^TraceEnable/i SetEnvIf X-Forwarded-SSL ^on$ HTTPS=on
