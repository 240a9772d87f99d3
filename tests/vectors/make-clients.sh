#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Remakes the messages in the manner of clients that cannot be run here, beside this script; tests/vectors/README says what
# each is. Encodings are put together here and cryptography is openssl's, so that nothing of this project has a part in it.
#
#	make-clients.sh BUILD/tests/keys
#
# Needs make.sh to have run (ra.pem), openssl 3 with its legacy provider, and basenc.
set -eu
keys=$(cd "$1" && pwd)
cd "$(dirname "$0")/pkimessage"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$keys/rsa-client.pem" "$work/client.key"

# --- encodings: all of these write to standard output ---

bytes()
{
	printf %s "$1" | tr a-f A-F | basenc --base16 -d
}

# One encoding of a type that openssl knows by name: value OID:1.2.3
value()
{
	openssl asn1parse -genstr "$1" -noout -out /dev/stdout
}

# wrap TAG (in hex): puts standard input into an encoding. Constructed ones have no length while $form is indefinite.
wrap()
{
	wrapped=$(mktemp "$work/wrap.XXXXXX")
	cat >"$wrapped"
	size=$(wc -c <"$wrapped")
	case $form$1 in
	indefinite3? | indefinitea? | indefinite24) bytes "${1}80" && cat "$wrapped" && bytes 0000 && return ;;
	esac
	if [ "$size" -lt 128 ]; then
		bytes "$1$(printf %02x "$size")"
	elif [ "$size" -lt 256 ]; then
		bytes "${1}81$(printf %02x "$size")"
	else
		bytes "${1}82$(printf %04x "$size")"
	fi
	cat "$wrapped"
}

# string PRIMITIVE CONSTRUCTED: standard input as an OCTET STRING under one of these tags, cut where $segment says so.
string()
{
	if [ "$segment" = 0 ]; then
		wrap "$1"
		return
	fi
	rm -f "$work"/segment.*
	split -b "$segment" - "$work/segment."
	for part in "$work"/segment.*; do wrap 04 <"$part"; done | wrap "$2"
}

# algorithm OID: an AlgorithmIdentifier, its parameters NULL unless $parameters is absent.
algorithm()
{
	{
		value "OID:$1"
		[ "$parameters" = absent ] || bytes 0500
	} | wrap 30
}

# field CERTIFICATE TYPE N: the Nth encoding of TYPE among the fields of a certificate.
field()
{
	openssl x509 -in "$1" -outform DER -out "$work/field"
	openssl asn1parse -inform DER -in "$work/field" | awk -F'[:=]' -v type="$2" -v n="$3" '
		$3 ~ /^2 / && $0 ~ ": " type && ++seen == n {
			match($0, /hl=[0-9]+/); header = substr($0, RSTART + 3, RLENGTH - 3)
			match($0, /l= *[0-9]+ (cons|prim)/); split(substr($0, RSTART + 2), length_, " ")
			print $1 + 0, header + length_[1]
		}' >"$work/place"
	read -r at size <"$work/place"
	tail -c +$((at + 1)) "$work/field" | head -c "$size"
}

issuer_and_serial()
{
	{
		field "$1" SEQUENCE 2
		field "$1" INTEGER 1
	} | wrap 30
}

# --- requests (PKCS #10) ---

# attribute OID: with the value, or values, of standard input.
attribute()
{
	wrap 31 >"$work/values"
	{
		value "OID:$1"
		cat "$work/values"
	} | wrap 30
}

# extension OID: with the value of standard input.
extension()
{
	wrap 04 >"$work/extension"
	{
		value "OID:$1"
		cat "$work/extension"
	} | wrap 30
}

subject_alt_name()
{
	printf client.test | wrap 82 | wrap 30 | extension 2.5.29.17 | wrap 30
}

challenge()
{
	value PRINTABLESTRING:s3cret | attribute 1.2.840.113549.1.9.7
}

plain_attributes()
{
	challenge
	subject_alt_name | attribute 1.2.840.113549.1.9.14
}

# What Windows adds: its version, who asks, the provider of the key; and extensions under Microsoft's own name for them.
windows_attributes()
{
	value IA5STRING:10.0.19045.2 | attribute 1.3.6.1.4.1.311.13.2.3
	{
		value INTEGER:5
		value UTF8:device.corp.test
		value 'UTF8:NT AUTHORITY\SYSTEM'
		value UTF8:DMClient.exe
	} | wrap 30 | attribute 1.3.6.1.4.1.311.21.20
	{
		value INTEGER:1
		value 'BMP:Microsoft Software Key Storage Provider'
		bytes 030100
	} | wrap 30 | attribute 1.3.6.1.4.1.311.13.2.2
	challenge
	subject_alt_name | attribute 1.3.6.1.4.1.311.2.1.14
}

# csr ATTRIBUTES DIGEST OID: signed by the client's key; CSRs are DER even of those who send the rest as BER.
csr()
{
	form=definite
	"$1" | wrap a0 >"$work/attributes"
	{
		value INTEGER:0
		{ value OID:2.5.4.3 && value UTF8:client.test; } | wrap 30 | wrap 31 | wrap 30
		openssl pkey -in "$work/client.key" -pubout -outform DER
		cat "$work/attributes"
	} | wrap 30 >"$work/info"
	openssl dgst "-$2" -sign "$work/client.key" -out "$work/signature" "$work/info"
	{
		cat "$work/info"
		{ value "OID:$3" && bytes 0500; } | wrap 30
		{ bytes 00 && cat "$work/signature"; } | wrap 03
	} | wrap 30
}

# --- EnvelopedData, of $work/csr for ra.pem with $cipher and $transport ---

# The cipher's OBJECT IDENTIFIER, and the bytes of its key and of its blocks.
cipher_facts()
{
	case $1 in
	des-cbc) echo 1.3.14.3.2.7 8 8 ;;
	des-ede3-cbc) echo 1.2.840.113549.3.7 24 8 ;;
	aes-128-cbc) echo 2.16.840.1.101.3.4.1.2 16 16 ;;
	aes-256-cbc) echo 2.16.840.1.101.3.4.1.42 32 16 ;;
	esac
}

key_transport()
{
	case $transport in
	pkcs1) algorithm 1.2.840.113549.1.1.1 ;;
	oaep) { value OID:1.2.840.113549.1.1.7 && : | wrap 30; } | wrap 30 ;; # SHA-1 everywhere, which DER leaves out
	esac
}

recipient()
{
	{
		value INTEGER:0
		issuer_and_serial ra.pem
		key_transport
		openssl pkeyutl -encrypt -certin -inkey ra.pem -pkeyopt "rsa_padding_mode:$transport" -in "$work/key" | string 04 24
	} | wrap 30 | wrap 31
}

envelope()
{
	cipher_facts "$cipher" >"$work/facts"
	read -r oid key_size block <"$work/facts"
	openssl rand -out "$work/key" "$key_size"
	iv=$(openssl rand -hex "$block")
	openssl enc "-$cipher" -provider legacy -provider default -K "$(basenc --base16 -w0 "$work/key")" -iv "$iv" \
		-in "$work/csr" -out "$work/encrypted"
	{
		value OID:1.2.840.113549.1.7.3
		{
			value INTEGER:0
			recipient
			{
				value "OID:$inner_type"
				{ value "OID:$oid" && bytes "$iv" | wrap 04; } | wrap 30
				string 80 a0 <"$work/encrypted"
			} | wrap 30
		} | wrap 30 | wrap a0
	} | wrap 30
}

# --- SignedData with the attributes of SCEP, around $work/envelope ---

digest_oid()
{
	case $1 in
	md5) echo 1.2.840.113549.2.5 ;;
	sha1) echo 1.3.14.3.2.26 ;;
	sha256) echo 2.16.840.1.101.3.4.2.1 ;;
	esac
}

# The attributes in the order that DER sorts these into: they differ in length first.
scep_attributes()
{
	value PRINTABLESTRING:19 | attribute 2.16.840.1.113733.1.9.2
	value OID:1.2.840.113549.1.7.1 | attribute 1.2.840.113549.1.9.3
	[ "$signing_time" = no ] || value UTCTIME:261121080000Z | attribute 1.2.840.113549.1.9.5
	openssl rand "$nonce" | wrap 04 | attribute 2.16.840.1.113733.1.9.5
	openssl dgst "-$digest" -binary "$work/envelope" | wrap 04 | attribute 1.2.840.113549.1.9.4
	value "PRINTABLESTRING:$id" | attribute 2.16.840.1.113733.1.9.7
}

signer()
{
	(form=definite && scep_attributes) >"$work/set"
	(form=definite && wrap 31 <"$work/set") | openssl dgst "-$digest" -sign "$work/client.key" -out "$work/signature"
	{
		value INTEGER:1
		issuer_and_serial "$work/signer.pem"
		algorithm "$(digest_oid "$digest")"
		wrap a0 <"$work/set"
		algorithm 1.2.840.113549.1.1.1
		string 04 24 <"$work/signature"
	} | wrap 30 | wrap 31
}

message()
{
	{
		value OID:1.2.840.113549.1.7.2
		{
			value INTEGER:1
			algorithm "$(digest_oid "$digest")" | wrap 31
			{ value OID:1.2.840.113549.1.7.1 && string 04 24 <"$work/envelope" | wrap a0; } | wrap 30
			openssl x509 -in "$work/signer.pem" -outform DER | wrap a0
			signer
		} | wrap 30 | wrap a0
	} | wrap 30
}

# opens FILE: openssl can verify and decrypt it, and finds the request.
opens()
{
	openssl cms -verify -noverify -binary -inform DER -in "$1" -out "$work/opened" 2>"$work/said" || { cat "$work/said" && false; }
	openssl cms -decrypt -provider legacy -provider default -inform DER -in "$work/opened" -inkey "$keys/rsa-ra.pem" -out "$work/plain"
	cmp "$work/plain" "$work/csr"
	openssl req -inform DER -in "$work/plain" -noout -verify 2>"$work/said" || { cat "$work/said" && false; }
}

# client FILE [NAME=VALUE ...]: writes the message of a client that differs in these from the usual.
client()
{
	form=definite segment=0 parameters=null digest=sha256 cipher=aes-128-cbc transport=pkcs1 nonce=16 signing_time=no
	inner_type=1.2.840.113549.1.7.1 attributes=plain_attributes subject=/CN=client.test
	id=$(openssl pkey -in "$work/client.key" -pubout -outform DER | openssl dgst -md5 -r | cut -c1-32 | tr a-f A-F)
	file=$1
	shift
	for difference; do eval "${difference%%=*}=\${difference#*=}"; done
	openssl req -x509 -new -key "$work/client.key" -subj "$subject" -days 36500 "-$digest" -out "$work/signer.pem"
	case $digest in
	md5) request_oid=1.2.840.113549.1.1.4 ;;
	sha1) request_oid=1.2.840.113549.1.1.5 ;;
	*) request_oid=1.2.840.113549.1.1.11 ;;
	esac
	(csr "$attributes" "$digest" "$request_oid") >"$work/csr"
	envelope >"$work/envelope"
	message >"$file"
	opens "$file"
}

sha256_id=$(openssl pkey -in "$work/client.key" -pubout -outform DER | openssl dgst -sha256 -r | cut -c1-64)
client request-ios.der digest=md5 cipher=des-cbc subject=/unstructuredName=router.client.test
client request-apple.der form=indefinite segment=1024 signing_time=yes
client request-windows.der transport=oaep cipher=aes-256-cbc attributes=windows_attributes signing_time=yes
client request-routeros-get.der digest=md5 cipher=des-cbc "id=$sha256_id"
client request-routeros-post.der digest=sha1 cipher=des-ede3-cbc "id=$sha256_id"
client request-jscep.der form=indefinite segment=1000 "id=$(printf %s "$sha256_id" | cut -c1-40)"
client request-no-parameters.der parameters=absent inner_type=1.2.840.113549.1.7.6 digest=sha1 cipher=des-cbc nonce=8
