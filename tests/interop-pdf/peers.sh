# Sourced by run.sh: keys and documents are made, the peers sign and verify one another's files. What fails here is a fault of
# this test, not of sealcore; and each way of checking is shown to be able to fail.

works "keys and a picture" python world keys
works "documents" python documents docs
works "gmsm makes SM2 keys" gmsm keys sm2
mkdir trust nss
cp keys/trust/* sm2/trust/* trust
# pdfsig's and DSS's trust is RSA and ECDSA; neither knows SM2.
rm -f trust/sm2-*
works "a certificate database" certutil -N -d sql:nss --empty-password
for authority in trust/*.pem; do
    works "pdfsig trusts $authority" certutil -A -d sql:nss -n "$authority" -t CT,CT,CT -i "$authority"
done
weak=(--allow-weak-crypto --encrypt reader owner 128)
works "object streams" qpdf --object-streams=generate docs/plain.pdf docs/objstm.pdf
works "linearised" qpdf --linearize docs/five.pdf docs/linearized.pdf
works "AES-256" qpdf --encrypt reader owner 256 -- docs/plain.pdf docs/aes256.pdf
works "AES-128" qpdf "${weak[@]}" --use-aes=y -- docs/plain.pdf docs/aes128.pdf
works "RC4" qpdf "${weak[@]}" --use-aes=n -- docs/plain.pdf docs/rc4.pdf
for file in docs/*.pdf; do
    sound "$file"
done

# --- signatures: what each peer says of an accepted one, an altered one, and an earlier one --------------------------
pyhanko_good=('*.intact=yes' '*.valid=yes' '*.trusted=yes' '*.permitted=yes' '*.accepted=yes')
pdfsig_good=('*.valid=yes' '*.trusted=yes')
dss_good=('*.indication=TOTAL_PASSED' '*.format=PAdES-BASELINE-B' '*.intact=yes' '*.valid=yes' '*.range=yes' '*.consistent=yes'
    '*.undefined_changes=0' '*.annotation_changes=0' '*.overlaps=0')

all_accept() { # all_accept FILE NUMBER: so many signatures, the last of which covers the file and each other one its revision
    local last=$(($2 - 1)) n
    ask pyhanko "$1" "${pyhanko_good[@]}" signatures=$2 $last.coverage=entire_file $last.changes=none
    ask pdfsig "$1" "${pdfsig_good[@]}" signatures=$2 $last.whole=yes
    ask dss "$1" "${dss_good[@]}" signatures=$2 $last.whole=yes
    for ((n = 0; n < last; n++)); do
        ask pyhanko "$1" $n.coverage=entire_revision
        ask pdfsig "$1" $n.whole=no
    done
}

all_refuse() { # all_refuse FILE: altered
    ask pyhanko "$1" 0.intact=no 0.accepted=no
    ask pdfsig "$1" 0.valid=no
    ask dss "$1" 0.indication=TOTAL_FAILED 0.intact=no
}

works "pyHanko signs" python pyhanko_peer sign keys docs pyhanko
cp out.txt pyhanko.tsv
for name in rsa ec ec384 pss visible-plain visible-rotate90 visible-cropbox objstm aes256 aes128 rc4 certified1 certified2 lock-all; do
    all_accept pyhanko/$name.pdf 1
    sound pyhanko/$name.pdf
done
all_accept pyhanko/second.pdf 2
all_accept pyhanko/third.pdf 3
all_accept pyhanko/certified2-signed.pdf 2
all_refuse pyhanko/altered.pdf
ask pyhanko pyhanko/certified1-filled.pdf 0.permitted=no 0.accepted=no
ask dss pyhanko/certified1-filled.pdf 0.complaints~DocMDP

# --- rendering: on what pyHanko places, whose boxes turn with the page -----------------------------------------------
renders() { # renders LABEL MODE BEFORE AFTER PLACE... [options]
    works "$1" python render "${@:2}"
}
renders_not() {
    refuses "not so: $1" python render "${@:2}"
}
renders "invisible" same docs/plain.pdf pyhanko/rsa.pdf
renders "visible" box docs/plain.pdf pyhanko/visible-plain.pdf 1,120,20,40,30
renders "on a turned page" box docs/rotate90.pdf pyhanko/visible-rotate90.pdf 1,247.04,120,30,40 --turn 90
renders "on a cropped page" box docs/cropbox.pdf pyhanko/visible-cropbox.pdf 1,105.89,51.75,40,30
renders "half transparent" box docs/plain.pdf pyhanko/opacity.pdf 1,120,20,40,30 --opacity 0.5
for side in left right top bottom; do
    renders "drawn over the $side seam" seam docs/five.pdf docs/seam-$side.pdf $side,40,30
done
renders_not "invisible" same docs/plain.pdf pyhanko/visible-plain.pdf
renders_not "a millimetre to the right" box docs/plain.pdf pyhanko/visible-plain.pdf 1,121,20,40,30
renders_not "a millimetre lower" box docs/plain.pdf pyhanko/visible-plain.pdf 1,120,21,40,30
renders_not "upright" box docs/rotate90.pdf pyhanko/visible-rotate90.pdf 1,247.04,120,30,40
renders_not "upside down" box docs/plain.pdf pyhanko/visible-plain.pdf 1,120,20,40,30 --turn 180
renders_not "opaque" box docs/plain.pdf pyhanko/opacity.pdf 1,120,20,40,30
renders_not "there" box docs/plain.pdf pyhanko/rsa.pdf 1,120,20,40,30
renders_not "at the other edge" seam docs/five.pdf docs/seam-left.pdf right,40,30

# --- SM2: BouncyCastle and gmsm sign, each other and openssl check ---------------------------------------------------
mkdir wrapped
frame=("$cache/venv/bin/python" "$here/python/pyhanko_peer.py" wrap docs/plain.pdf)
for family in pkcs7 gm; do
    works "gmsm signs ($family)" "${frame[@]}" wrapped/gmsm-$family.pdf "$cache/gmsm-peer" sign $family sm2
done
# Dianju's form: the digest of the file is the content.
works "gmsm signs a digest" "${frame[@]}" wrapped/gmsm-digest.pdf "$cache/gmsm-peer" sign digest sm2
works "BouncyCastle signs with SM2" "${frame[@]}" wrapped/bc.pdf java -cp "$cache/dss/peer.jar:$cache/dss/lib/*" interop.Main cms-sign sm2

# gmsm knows SM2 in a CMS by the identifier of GM/T 0006 only (1.2.156.10197.1.301.1), BouncyCastle without being told by
# that of SM2 with SM3 only (1.2.156.10197.1.501). Who writes either is read by one of them as it is.
sm2_cms() { # sm2_cms FILE FOLDER: openssl, BouncyCastle and gmsm check the CMS of a PDF
    works "take $1 apart" python contents "$1" "$2"
    works "openssl verifies $1" openssl_checks "$2"
    ask bc "$2" signatures=1 0.valid=yes 0.in_time=yes
    if openssl asn1parse -inform der -in "$2/contents.der" | grep -q ':1\.2\.156\.10197\.1\.301\.1$'; then
        ask gmsm "$2" signatures=1 0.valid=yes
    else
        ask bc "$2" 0.by_default=yes
    fi
}
sm2_cms_altered() { # sm2_cms_altered FILE FOLDER
    works "take $1 apart" python contents "$1" "$2"
    refuses "openssl refuses $1" openssl_checks "$2"
    ask bc "$2" '0.valid~does not match'
    openssl asn1parse -inform der -in "$2/contents.der" | grep -q ':1\.2\.156\.10197\.1\.301\.1$' && ask gmsm "$2" 0.valid=no
}
for name in gmsm-pkcs7 gmsm-gm bc; do
    sm2_cms wrapped/$name.pdf parts/$name
    works "alter $name" alter wrapped/$name.pdf wrapped/$name-altered.pdf
    sm2_cms_altered wrapped/$name-altered.pdf parts/$name-altered
done
works "alter gmsm-digest" alter wrapped/gmsm-digest.pdf wrapped/gmsm-digest-altered.pdf
corpus=${SEALCORE_CORPUS:-}/pdf/cn-sm2-synthetic
if [ -d "$corpus" ]; then
    for family in gmoid pkcs7oid; do
        works "take $family apart" python contents "$corpus/sm2_${family}_adbe.pdf" parts/$family
        works "openssl verifies $family" openssl_checks parts/$family
        # Its certificate is younger than its signing time.
        ask bc parts/$family 0.valid=yes '0.in_time~not valid at signingTime'
        works "take altered $family apart" python contents "$corpus/sm2_${family}_adbe_tampered.pdf" parts/$family-altered
        refuses "openssl refuses altered $family" openssl_checks parts/$family-altered
        ask bc parts/$family-altered '0.valid~does not match'
    done
fi
