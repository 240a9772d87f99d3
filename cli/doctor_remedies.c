/* SPDX-License-Identifier: BSD-2-Clause */
/* What to do about a finding, and by which words of a web server's configuration. */
#include "cli/doctor.h"

const struct doctor_advice doctor_advice[DOCTOR_REMEDIES] = {
	[DOCTOR_REMEDY_FIELD] =
		{
			"A certificate in a header field was believed. Delete the field from what clients "
			"send, or set it always, and list nothing but your own proxies in "
			"CERTCTL_TRUSTED_PROXY_CIDRS.",
			.nginx = "proxy_set_header NAME \"\"",
			.apache = "RequestHeader unset NAME early",
			.haproxy = "http-request del-header NAME",
			.lighttpd = "setenv.set-request-header = (\"NAME\" => \"\"), also with '_'",
		},
	[DOCTOR_REMEDY_ADDRESS] =
		{
			"A client can choose its address. List nothing but your own proxies in "
			"CERTCTL_TRUSTED_PROXY_CIDRS, and let each set X-Forwarded-For or append to it.",
			.nginx = "proxy_set_header X-Forwarded-For $remote_addr",
			.apache = "RequestHeader unset X-Forwarded-For early",
			.haproxy = "http-request del-header X-Forwarded-For, before option forwardfor",
			.lighttpd =
				"setenv.set-request-header = (\"X-Forwarded-For\" => \"\"), also with '_'",
		},
	[DOCTOR_REMEDY_REMOTE] =
		{
			"A client can choose REMOTE_ADDR. The web server takes it from a field of anybody's; "
			"it may do so for your own proxies only.",
			.nginx = "set_real_ip_from; fastcgi_param REMOTE_ADDR $remote_addr",
			.apache = "RemoteIPInternalProxy, RemoteIPTrustedProxy: without both, everybody's "
				  "counts",
			.haproxy = "http-request set-src ... if { src PROXIES }",
			.lighttpd = "extforward.forwarder, never \"all\"",
		},
	[DOCTOR_REMEDY_SCHEME] =
		{
			"A client can say whether it uses TLS. Set X-Forwarded-Proto in the proxy, and HTTPS "
			"from the connection alone.",
			.nginx = "proxy_set_header X-Forwarded-Proto $scheme; fastcgi_param HTTPS $https "
				 "if_not_empty",
			.apache = "RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}; no SetEnvIf "
				  "... HTTPS",
			.haproxy = "http-request set-header X-Forwarded-Proto https if { ssl_fc }, and http "
				   "if not; no set-param HTTPS",
			.lighttpd = "extforward.forwarder, never \"all\"",
		},
	[DOCTOR_REMEDY_PARAMETER] =
		{
			"SSL_CLIENT_CERT and SSL_CLIENT_VERIFY must be the web server's own knowledge.",
			.nginx = "$ssl_client_escaped_cert, $ssl_client_verify; never $http_...",
			.apache = "SSLOptions +StdEnvVars +ExportCertData; never SetEnvIf or %{HTTP:...}",
			.haproxy = "ssl_c_der, ssl_c_verify; never req.hdr",
			.lighttpd = "ssl.verifyclient.exportcert; never setenv.add-environment",
		},
	[DOCTOR_REMEDY_UNDERSCORE] =
		{
			"A field spelled with '_' reaches the program under the name of the one with '-', "
			"past every rule that deletes the latter.",
			.nginx = "underscores_in_headers off; ignore_invalid_headers on",
			.apache = "leaves such fields out, unless a RewriteRule or SetEnvIf makes a "
				  "parameter of them",
			.haproxy = "http-request del-header _ -m sub",
			.lighttpd = "passes both: delete both",
		},
	[DOCTOR_REMEDY_EMPTY] =
		{
			"The web server says SUCCESS where nobody presented a certificate.",
			.nginx = "$ssl_client_verify, as it is",
			.apache = "SSL_CLIENT_VERIFY, as it is",
			.haproxy = "SUCCESS only if { ssl_c_used } { ssl_c_verify 0 }, for the latter is 0 "
				   "then as well",
			.lighttpd = "SSL_CLIENT_VERIFY, as it is",
		},
	[DOCTOR_REMEDY_PROXY] =
		{
			"'Proxy' arrives as HTTP_PROXY, which some programs obey, though not these.",
			.nginx = "fastcgi_param HTTP_PROXY \"\"",
			.apache = "RequestHeader unset Proxy early",
			.haproxy = "http-request del-header Proxy",
			.lighttpd = "setenv.set-request-header = (\"Proxy\" => \"\")",
		},
	[DOCTOR_REMEDY_DELETION] =
		{
			"A client can have a proxy delete what the proxy itself says, by naming the field in "
			"Connection. Bring that proxy up to date (Apache: 2.4.54 or later), or have it "
			"delete Connection first and set its own fields afterwards.",
			.nginx = NULL,
		},
	[DOCTOR_REMEDY_HTTPS] =
		{
			"The program takes https for plain http, and will refuse what must not travel so. "
			"Behind a further proxy it needs X-Forwarded-Proto, and that proxy's address in "
			"CERTCTL_TRUSTED_PROXY_CIDRS.",
			.nginx = "fastcgi_param HTTPS $https if_not_empty",
			.apache = "says HTTPS itself",
			.haproxy = "says HTTPS itself",
			.lighttpd = "says HTTPS itself",
		},
	[DOCTOR_REMEDY_LISTED] =
		{
			"The program knows us by an address that is listed in CERTCTL_TRUSTED_PROXY_CIDRS. "
			"If the doctor runs on a proxy, what it forges is believed by right: run it "
			"elsewhere, or with --from another address. If not, the list is too wide, or a proxy "
			"does not say X-Forwarded-For.",
			.nginx = NULL,
		},
	[DOCTOR_REMEDY_LINE] =
		{
			"A PKIOperation by GET needs a request line of 9 KB.",
			.nginx = "large_client_header_buffers 4 32k",
			.apache = "LimitRequestLine 16300",
			.haproxy = "tune.bufsize 65536",
			.lighttpd = "server.max-request-field-size = 32768",
		},
	[DOCTOR_REMEDY_HOST] =
		{
			"Some devices speak HTTP/1.0 without a Host field.",
			.nginx = "listen ... default_server",
			.apache = "the first <VirtualHost> of the port",
			.haproxy = "default_backend",
			.lighttpd = "outside of every $HTTP[\"host\"]",
		},
	[DOCTOR_REMEDY_VERSIONS] =
		{
			"Allow TLS 1.2 and 1.3 alone.",
			.nginx = "ssl_protocols TLSv1.2 TLSv1.3",
			.apache = "SSLProtocol -all +TLSv1.2 +TLSv1.3",
			.haproxy = "ssl-min-ver TLSv1.2",
			.lighttpd = "ssl.openssl.ssl-conf-cmd = (\"MinProtocol\" => \"TLSv1.2\")",
		},
	[DOCTOR_REMEDY_SUITES] =
		{
			"With TLS 1.2 allow ECDHE with GCM or CHACHA20 alone.",
			.nginx = "ssl_ciphers",
			.apache = "SSLCipherSuite",
			.haproxy = "ciphers of bind, ssl-default-bind-ciphers",
			.lighttpd = "ssl.openssl.ssl-conf-cmd = (\"CipherString\" => ...)",
		},
};
