# Sourced by run.sh: what sealcore signs, the peers verify and render, and qpdf finds sound.

# The names of options that design.md leaves open.
input_password=(--document-password-env READER_PASSWORD)
export READER_PASSWORD=reader

mkdir ours
width=40 height=30
works "sealcore makes a seal" "$SEALCORE" seal make --generation v4 --name 互操作测试专用章 --picture keys/quad.png --width ${width}mm \
    --height ${height}mm --maker-key sm2/maker.key.pem --maker-cert sm2/maker.cert.pem --signer-cert sm2/sm2.cert.pem \
    --signer-cert keys/rsa.cert.pem --signer-cert keys/ec.cert.pem -o seal-v4.esl
works "sealcore makes a V5 seal" "$SEALCORE" seal make --generation v5 --name 互操作测试专用章 --picture keys/quad.png --width ${width}mm \
    --height ${height}mm --maker-key sm2/maker.key.pem --maker-cert sm2/maker.cert.pem --signer-cert sm2/sm2.cert.pem -o seal-v5.esl
seal=(--seal seal-v4.esl)
# What a CMS can't state, it can still show.
picture=(--picture keys/quad.png --width ${width}mm --height ${height}mm)

key_of() { # key_of rsa|ec|ec384|sm2
    local folder=keys
    [ "$1" = sm2 ] && folder=sm2
    key=(--key $folder/$1.key.pem --cert $folder/$1.cert.pem)
}

sign() { # sign NAME IN KEY [OPTION...]: leaves ours/NAME.pdf, which is sound and has the input for its beginning
    local target=ours/$1.pdf key
    key_of "$3"
    works "sealcore signs $1" "$SEALCORE" sign "$2" -o "$target" "${key[@]}" "${@:4}"
    sound "$target"
    works "$1 begins with what was there" cmp -n "$(stat -c %s "$2")" "$2" "$target"
}

# --- RSA and ECDSA: accepted by all, at the baseline level -----------------------------------------------------------
for k in rsa ec ec384; do
    sign $k docs/plain.pdf $k
    all_accept ours/$k.pdf 1
    renders "$k is invisible" same docs/plain.pdf ours/$k.pdf
    works "alter $k" alter ours/$k.pdf ours/$k-altered.pdf
    all_refuse ours/$k-altered.pdf
    sealcore_says ours/$k.pdf trust verdict=valid signatures=1 0.coverage=whole 0.changes=none 0.standard=CMS
    sealcore_says ours/$k-altered.pdf trust verdict=invalid 0.integrity=altered
done
works "sealcore reads a PKCS#12 of RSA" env INTEROP_PASSWORD=interop-test "$SEALCORE" sign docs/plain.pdf -o ours/p12.pdf --key keys/rsa.p12 \
    --password-env INTEROP_PASSWORD
all_accept ours/p12.pdf 1
sign reason docs/plain.pdf ec --reason 同意Approved
all_accept ours/reason.pdf 1
ask dss ours/reason.pdf 0.reason=同意Approved

# In two phases, with the value from another program; and appended to the file itself.
for k in rsa ec; do
    key_of $k
    works "sealcore prepares for $k" "$SEALCORE" sign docs/plain.pdf --prepare ours/phases-$k.session "${key[@]:2}" --json
    "$cache/venv/bin/python" -c 'import json, sys; sys.stdout.buffer.write(bytes.fromhex(json.load(open("out.txt"))["digest"]))' >digest.bin
    works "openssl signs for $k" openssl pkeyutl -sign -inkey keys/$k.key.pem -in digest.bin -pkeyopt digest:sha256 -out value.bin
    works "sealcore completes for $k" "$SEALCORE" sign docs/plain.pdf --complete ours/phases-$k.session --signature-file value.bin \
        -o ours/phases-$k.pdf
    sound ours/phases-$k.pdf
    all_accept ours/phases-$k.pdf 1
done
key_of ec
cp docs/plain.pdf ours/in-place.pdf
works "sealcore appends" "$SEALCORE" sign ours/in-place.pdf --in-place "${key[@]}"
works "in-place begins with what was there" cmp -n "$(stat -c %s docs/plain.pdf)" docs/plain.pdf ours/in-place.pdf
sound ours/in-place.pdf
all_accept ours/in-place.pdf 1

for shape in objstm linearized inherited cropbox-beyond form keyword; do
    sign structure-$shape docs/$shape.pdf ec
    all_accept ours/structure-$shape.pdf 1
done
for kind in aes256 aes128 rc4; do
    sign encrypted-$kind docs/$kind.pdf ec "${input_password[@]}"
    all_accept ours/encrypted-$kind.pdf 1
    sealcore_says ours/encrypted-$kind.pdf trust verdict=valid signatures=1
    # A stream of an increment that nobody encrypted shows as noise, or not at all.
    sign sealed-$kind docs/$kind.pdf ec "${input_password[@]}" "${picture[@]}" --page 1 --at 60mm,30mm
    all_accept ours/sealed-$kind.pdf 1
    renders "the seal of sealed-$kind" box docs/$kind.pdf ours/sealed-$kind.pdf 1,60,30,$width,$height --password reader
done

# --- several signatures, certification, locks ------------------------------------------------------------------------
sign second ours/rsa.pdf ec
all_accept ours/second.pdf 2
sign third ours/second.pdf ec384
all_accept ours/third.pdf 3
sealcore_says ours/third.pdf trust verdict=valid signatures=3 0.changes=permitted 1.changes=permitted 2.changes=none
sign after-pyhanko pyhanko/second.pdf ec384
all_accept ours/after-pyhanko.pdf 3
sign after-pyhanko-objstm pyhanko/objstm.pdf rsa
all_accept ours/after-pyhanko-objstm.pdf 2
sign sealed-second ours/ec.pdf rsa "${picture[@]}" --page 1 --at 60mm,30mm
all_accept ours/sealed-second.pdf 2
renders "the seal of sealed-second" box ours/ec.pdf ours/sealed-second.pdf 1,60,30,$width,$height

names=(- NO_CHANGE_PERMITTED MINIMAL_CHANGES_PERMITTED CHANGES_PERMITTED)
for level in 1 2 3; do
    sign certified$level docs/form.pdf rsa --field Approval --certify $level
    all_accept ours/certified$level.pdf 1
    ask dss ours/certified$level.pdf 0.field=Approval 0.certified=${names[$level]}
    sealcore_says ours/certified$level.pdf trust verdict=valid 0.id=Approval 0.changes=none
    [ $level = 1 ] && continue
    sign certified$level-second ours/certified$level.pdf ec --field Seal
    all_accept ours/certified$level-second.pdf 2
    sealcore_says ours/certified$level-second.pdf trust verdict=valid signatures=2 0.changes=permitted
done
refuse_more() { # refuse_more LABEL IN
    local key
    key_of ec
    refuses "sealcore adds nothing to $1" "$SEALCORE" sign "$2" -o never.pdf "${key[@]}"
}
refuse_more "what it certified with P=1" ours/certified1.pdf
refuse_more "what pyHanko certified with P=1" pyhanko/certified1.pdf
sign locked docs/form.pdf ec --field Approval --lock
all_accept ours/locked.pdf 1
works "pyHanko fills in" python pyhanko_peer fill ours/locked.pdf ours/locked-filled.pdf Amount 200
ask pyhanko ours/locked-filled.pdf 0.permitted=no 0.accepted=no
sealcore_says ours/locked-filled.pdf trust verdict=invalid 0.integrity=intact 0.changes=forbidden
sign unlocked docs/form.pdf ec --field Approval
works "pyHanko fills in" python pyhanko_peer fill ours/unlocked.pdf ours/unlocked-filled.pdf Amount 200
ask pyhanko ours/unlocked-filled.pdf 0.permitted=yes 0.accepted=yes
sealcore_says ours/unlocked-filled.pdf trust verdict=valid 0.changes=permitted
works "pyHanko signs after sealcore" python pyhanko_peer add keys ec384 ours/ec.pdf ours/pyhanko-after.pdf
all_accept ours/pyhanko-after.pdf 2
sealcore_says ours/pyhanko-after.pdf trust verdict=valid signatures=2 0.changes=permitted 1.changes=none

# --- rendering: where it was asked to be, upright, on every kind of page ---------------------------------------------
for shape in plain rotate90 rotate180 rotate270 rotate-90 cropbox cropbox-rotate90 cropbox-rotate270 cropbox-beyond \
    negative-origin negative-origin-rotate180 inherited open-state; do
    sign place-$shape docs/$shape.pdf ec "${picture[@]}" --page 1 --at 60mm,30mm
    renders "the seal of place-$shape" box docs/$shape.pdf ours/place-$shape.pdf 1,60,30,$width,$height
    all_accept ours/place-$shape.pdf 1
done
sign place-corner docs/rotate90.pdf ec "${picture[@]}" --page 1 --at 0mm,0mm
renders "the seal of place-corner" box docs/rotate90.pdf ours/place-corner.pdf 1,0,0,$width,$height
sign place-user-unit docs/user-unit.pdf ec "${picture[@]}" --page 1 --at 60mm,30mm
renders "the seal of place-user-unit" box docs/user-unit.pdf ours/place-user-unit.pdf 1,60,30,$width,$height --unit 2
all_accept ours/place-user-unit.pdf 1
for caption in 互操作测试专用章 Approved; do
    sign caption-$caption docs/rotate90.pdf ec "${picture[@]}" --page 1 --at 60mm,30mm --caption $caption
    renders "the seal of caption-$caption" box docs/rotate90.pdf ours/caption-$caption.pdf 1,60,30,$width,$height --below 5
    all_accept ours/caption-$caption.pdf 1
done
boxes=()
for page in 1 2 3 4 5; do
    boxes+=($page,60,30,$width,$height)
done
sign place-all docs/five-mixed.pdf ec "${picture[@]}" --page all --at 60mm,30mm
renders "the seals of place-all" box docs/five-mixed.pdf ours/place-all.pdf "${boxes[@]}"
sign place-some docs/five-mixed.pdf ec "${picture[@]}" --page 2-3 --at 60mm,30mm
renders "the seals of place-some" box docs/five-mixed.pdf ours/place-some.pdf "${boxes[@]:1:2}"
for opacity in 0.5 0.86; do
    sign opacity-$opacity docs/plain.pdf ec "${picture[@]}" --page 1 --at 60mm,30mm --opacity $opacity
    renders "the seal of opacity-$opacity" box docs/plain.pdf ours/opacity-$opacity.pdf 1,60,30,$width,$height --opacity $opacity
done
for side in left right top bottom; do
    sign seam-$side docs/five.pdf ec "${picture[@]}" --seam $side
    renders "the seal of seam-$side" seam docs/five.pdf ours/seam-$side.pdf $side,$width,$height
    sign seam-mixed-$side docs/five-mixed.pdf ec "${picture[@]}" --seam $side
    renders "the seal of seam-mixed-$side" seam docs/five-mixed.pdf ours/seam-mixed-$side.pdf $side,$width,$height
    for name in seam-$side seam-mixed-$side; do
        # However many widgets show it, it is one signature.
        ask pyhanko ours/$name.pdf "${pyhanko_good[@]}" 0.coverage=entire_file
        ask pdfsig ours/$name.pdf "${pdfsig_good[@]}" 0.whole=yes
        ask dss ours/$name.pdf "${dss_good[@]}" signatures=1 0.whole=yes
        sealcore_says ours/$name.pdf trust verdict=valid signatures=1
    done
done
# Over facing pages: half of the picture at each inner edge, in the middle of an A4 page, which is 209.9 mm x 297.04 mm.
sign opposite docs/five.pdf ec "${picture[@]}" --opposite all
boxes=() middle=$(awk "BEGIN { print (842 / 72 * 25.4 - $height) / 2 }") edge=$(awk "BEGIN { print 595 / 72 * 25.4 - $width / 2 }")
for page in 1 2 3 4 5; do
    [ $page = 1 ] || boxes+=($page,-$((width / 2)),$middle,$width,$height)
    [ $page = 5 ] || boxes+=($page,$edge,$middle,$width,$height)
done
renders "the halves of opposite" box docs/five.pdf ours/opposite.pdf "${boxes[@]}"
all_accept ours/opposite.pdf 1
# A further seal at one place leaves the seam seal whole.
sign seam-second ours/seam-right.pdf rsa "${picture[@]}" --page 2 --at 60mm,30mm
all_accept ours/seam-second.pdf 2
renders "the seal of seam-second" box ours/seam-right.pdf ours/seam-second.pdf 2,60,30,$width,$height
for policy in pades seal; do
    sealcore_says ours/seam-second.pdf trust verdict=valid signatures=2 0.changes=permitted 1.changes=none
done
# A further seam seal brings annotations, which pyHanko takes from nobody after a signature.
sign seam-further ours/seam-second.pdf ec384 "${picture[@]}" --seam left
ask pyhanko ours/seam-further.pdf signatures=3 0.permitted=no 1.permitted=no 2.accepted=yes
ask dss ours/seam-further.pdf signatures=3 '*.indication=TOTAL_PASSED' '*.undefined_changes=0'
for policy in pades seal; do
    sealcore_says ours/seam-further.pdf trust verdict=valid signatures=3 0.changes=permitted 1.changes=permitted 2.changes=none
done
unset policy
# SEALHERE is 96 points wide: its middle is at 52.2 mm, 189.4 mm of page 1 and 122.8 mm, 118.9 mm of page 2, give or take what
# counts for the height of a line.
sign keyword docs/keyword.pdf ec "${picture[@]}" --keyword SEALHERE --match all
renders "the seals at the keyword" box docs/keyword.pdf ours/keyword.pdf 1,32.2,174.4,$width,$height 2,102.8,103.9,$width,$height --slack 2
all_accept ours/keyword.pdf 1

# --- SM2 -------------------------------------------------------------------------------------------------------------
for contents in cms gm-cms; do
    sign sm2-$contents docs/plain.pdf sm2 --contents $contents
    sm2_cms ours/sm2-$contents.pdf parts/ours-$contents
    works "alter sm2-$contents" alter ours/sm2-$contents.pdf ours/sm2-$contents-altered.pdf
    sm2_cms_altered ours/sm2-$contents-altered.pdf parts/ours-$contents-altered
    sealcore_says ours/sm2-$contents.pdf sm2/trust verdict=valid signatures=1 0.coverage=whole 0.trust=trusted
    sealcore_says ours/sm2-$contents-altered.pdf sm2/trust verdict=invalid 0.integrity=altered
    sign sm2-sealed-$contents docs/rotate90.pdf sm2 "${picture[@]}" --contents $contents --page 1 --at 60mm,30mm
    sm2_cms ours/sm2-sealed-$contents.pdf parts/ours-sealed-$contents
    renders "the seal of sm2-sealed-$contents" box docs/rotate90.pdf ours/sm2-sealed-$contents.pdf 1,60,30,$width,$height
done
for g in v4 v5; do
    for contents in auto seal; do
        name=ses-$g-$contents
        sign $name docs/rotate270.pdf sm2 --seal seal-$g.esl --contents $contents --page 1 --at 60mm,30mm
        works "take $name apart" python contents ours/$name.pdf parts/$name
        ask ofdrw parts/$name signatures=1 0.version=${g#v} 0.same_encoding=yes 0.intact=yes 0.valid=yes
        renders "the seal of $name" box docs/rotate270.pdf ours/$name.pdf 1,60,30,$width,$height
        sealcore_says ours/$name.pdf sm2/trust verdict=valid signatures=1 0.kind=seal 0.coverage=whole
        works "alter $name" alter ours/$name.pdf ours/$name-altered.pdf
        works "take altered $name apart" python contents ours/$name-altered.pdf parts/$name-altered
        ask ofdrw parts/$name-altered 0.intact=no 0.valid=yes
        sealcore_says ours/$name-altered.pdf sm2/trust verdict=invalid 0.integrity=altered
    done
done
sign ses-seam docs/five.pdf sm2 "${seal[@]}" --contents seal --seam right
renders "the seal of ses-seam" seam docs/five.pdf ours/ses-seam.pdf right,$width,$height
# A second seal, at one place and over a seam, does not break the first.
sign ses-second ours/ses-v4-seal.pdf sm2 --seal seal-v5.esl --page 1 --at 110mm,30mm
renders "the seal of ses-second" box ours/ses-v4-seal.pdf ours/ses-second.pdf 1,110,30,$width,$height
sign ses-seam-second ours/ses-seam.pdf sm2 --seal seal-v5.esl --seam left
renders "the seal of ses-seam-second" seam ours/ses-seam.pdf ours/ses-seam-second.pdf left,$width,$height
for policy in pades seal; do
    for name in ses-second ses-seam-second; do
        sealcore_says ours/$name.pdf sm2/trust verdict=valid signatures=2 '*.kind=seal' 0.changes=permitted 1.changes=none
    done
done
unset policy
key_of ec
refuses "a seal is not put on by ECDSA" "$SEALCORE" sign docs/plain.pdf -o never.pdf "${key[@]}" "${seal[@]}" --page 1 --at 60mm,30mm
# Two algorithms on one document. Who knows no SM2 still accepts the other signature.
sign dual ours/ses-v4-seal.pdf rsa
ask pdfsig ours/dual.pdf 1.valid=yes 1.trusted=yes 1.whole=yes
sealcore_says ours/dual.pdf sm2/trust signatures=2 0.verdict=valid 0.changes=permitted 1.integrity=intact 1.trust=untrusted
