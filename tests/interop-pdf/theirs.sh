# Sourced by run.sh: sealcore verifies what the peers signed.

while IFS=$'\t' read -r -a line; do
    sealcore_says "${line[0]}" trust "${line[@]:1}"
done <pyhanko.tsv

unknown=(verdict=indeterminate 0.integrity=intact 0.coverage=whole)
sealcore_says pyhanko/ec.pdf sm2/trust "${unknown[@]}" 0.trust=untrusted
for name in gmsm-pkcs7 gmsm-gm gmsm-digest bc; do
    sealcore_says wrapped/$name.pdf sm2/trust verdict=valid signatures=1 0.integrity=intact 0.coverage=whole 0.trust=trusted
    sealcore_says wrapped/$name-altered.pdf sm2/trust verdict=invalid 0.integrity=altered
done
sealcore_says wrapped/gmsm-gm.pdf sm2/trust '0.standard=GB/T 35275'
sealcore_says wrapped/gmsm-pkcs7.pdf sm2/trust 0.standard=CMS
