// gmsm's PKCS#7 on the CMS of PDF files.
//
//	gmsm-peer keys DIR                      SM2 authority with CRL, seal maker and signer
//	gmsm-peer sign pkcs7|gm|digest KEYS DIR...  signs signed.bin of each folder, leaves contents.der there; digest: what is
//	                                        signed, and stands inside, is the SM3 digest of signed.bin, without attributes
//	gmsm-peer verify DIR...                 one JSON object a line, in the words of judge.py
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/emmansun/gmsm/pkcs7"
	"github.com/emmansun/gmsm/sm3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "keys":
		return makeKeys(args[1])
	case len(args) > 3 && args[0] == "sign":
		for _, folder := range args[3:] {
			if err := sign(args[1], args[2], folder); err != nil {
				return err
			}
		}
		return nil
	case len(args) > 1 && args[0] == "verify":
		return verify(args[1:])
	}
	return errors.New("usage: keys DIR | sign pkcs7|gm|digest KEYS DIR... | verify DIR...")
}

func sign(family, keys, folder string) error {
	content, err := os.ReadFile(filepath.Join(folder, "signed.bin"))
	if err != nil {
		return err
	}
	key, certificate, err := loadSigner(keys)
	if err != nil {
		return err
	}
	var data *pkcs7.SignedData
	switch family {
	case "digest":
		digest := sm3.Sum(content)
		data, err = pkcs7.NewSMSignedData(digest[:])
	case "gm":
		data, err = pkcs7.NewSMSignedData(content)
	case "pkcs7":
		data, err = pkcs7.NewSignedData(content)
		if err == nil {
			data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSM3)
		}
	default:
		err = fmt.Errorf("no family of object identifiers: %s", family)
	}
	if err != nil {
		return err
	}
	if family == "digest" {
		err = data.SignWithoutAttr(certificate, key, pkcs7.SignerInfoConfig{})
	} else {
		err = data.AddSigner(certificate, key, pkcs7.SignerInfoConfig{})
		data.Detach()
	}
	if err != nil {
		return err
	}
	contents, err := data.Finish()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "contents.der"), contents, 0o600)
}

type answer struct {
	Peer       string              `json:"peer"`
	File       string              `json:"file"`
	Error      string              `json:"error,omitempty"`
	Signatures []map[string]string `json:"signatures"`
}

func verify(folders []string) error {
	out := json.NewEncoder(os.Stdout)
	for _, folder := range folders {
		signatures, err := judge(folder)
		one := answer{Peer: "gmsm", File: folder, Signatures: signatures}
		if err != nil {
			one.Error = err.Error()
		}
		if err := out.Encode(one); err != nil {
			return err
		}
	}
	return nil
}

func judge(folder string) ([]map[string]string, error) {
	content, err := os.ReadFile(filepath.Join(folder, "signed.bin"))
	if err != nil {
		return nil, err
	}
	contents, err := os.ReadFile(filepath.Join(folder, "contents.der"))
	if err != nil {
		return nil, err
	}
	cms, err := pkcs7.Parse(contents)
	if err != nil {
		return nil, err
	}
	cms.Content = content
	valid, reason := "yes", ""
	if err := cms.Verify(); err != nil {
		valid, reason = "no", err.Error()
	}
	return []map[string]string{{"valid": valid, "reason": reason}}, nil
}
