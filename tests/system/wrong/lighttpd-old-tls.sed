# TLS from 1.0 on, and suites with CBC and without forward secrecy.
# front: lighttpd
# doctor: ^TLS 1\.0  *taken .*  *BAD$
# doctor: ^TLS 1\.1  *taken .*  *BAD$
# doctor: ^TLS 1\.2 with CBC suites  *taken .*  *BAD$
s/"MinProtocol" => "TLSv1.2"/"MinProtocol" => "TLSv1"/
s/"CipherString" => ".*"/"CipherString" => "ALL:@SECLEVEL=0"/
