package main

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// makeKeys leaves sm2.* and maker.* (key.pem and cert.pem), and the authority with its CRL under trust/.
func makeKeys(folder string) error {
	trust := filepath.Join(folder, "trust")
	if err := os.MkdirAll(trust, 0o700); err != nil {
		return err
	}
	caKey, err := sm2.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	ca, err := issue("Interop sm2 CA", caKey, nil, caKey)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(trust, "sm2-ca.pem"), "CERTIFICATE", ca.Raw); err != nil {
		return err
	}
	now := time.Now()
	crl, err := smx509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.AddDate(0, 1, 0),
	}, ca, caKey)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(trust, "sm2-ca.crl"), crl, 0o600); err != nil {
		return err
	}
	for name, common := range map[string]string{"sm2": "Interop sm2", "maker": "Interop seal maker"} {
		key, err := sm2.GenerateKey(rand.Reader)
		if err != nil {
			return err
		}
		certificate, err := issue(common, key, ca, caKey)
		if err != nil {
			return err
		}
		encoded, err := smx509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, name+".key.pem"), "PRIVATE KEY", encoded); err != nil {
			return err
		}
		if err := write(filepath.Join(folder, name+".cert.pem"), "CERTIFICATE", certificate.Raw); err != nil {
			return err
		}
	}
	return nil
}

func issue(common string, key *sm2.PrivateKey, ca *smx509.Certificate, caKey *sm2.PrivateKey) (*smx509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Country: []string{"CN"}, Organization: []string{"interop"}, CommonName: common},
		NotBefore:             now.AddDate(0, 0, -2),
		NotAfter:              now.AddDate(2, 0, 0),
		BasicConstraintsValid: true,
		IsCA:                  ca == nil,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	if ca == nil {
		template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		template.NotAfter = now.AddDate(10, 0, 0)
	}
	var parent any = template
	if ca != nil {
		parent = ca
	}
	raw, err := smx509.CreateCertificate(rand.Reader, template, parent, key.Public(), caKey)
	if err != nil {
		return nil, err
	}
	return smx509.ParseCertificate(raw)
}

func loadSigner(folder string) (any, *smx509.Certificate, error) {
	encodedKey, err := read(filepath.Join(folder, "sm2.key.pem"))
	if err != nil {
		return nil, nil, err
	}
	key, err := smx509.ParsePKCS8PrivateKey(encodedKey)
	if err != nil {
		return nil, nil, err
	}
	encoded, err := read(filepath.Join(folder, "sm2.cert.pem"))
	if err != nil {
		return nil, nil, err
	}
	certificate, err := smx509.ParseCertificate(encoded)
	return key, certificate, err
}

func write(path, label string, data []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: data}), 0o600)
}

func read(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New(path + " is no PEM")
	}
	return block.Bytes, nil
}
