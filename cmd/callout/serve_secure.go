package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc/credentials"

	"callout/api/server"
)

// secureFlags say who is who.
type secureFlags struct {
	TLSCert string `name:"tls-cert" type:"existingfile" env:"TLS_CERT" help:"Certificate of the server; absent: plain text."`
	TLSKey  string `name:"tls-key" type:"existingfile" env:"TLS_KEY" help:"Private key of the certificate."`
	TLSCA   string `name:"tls-client-ca" type:"existingfile" env:"TLS_CLIENT_CA" help:"Authorities that vouch for clients."`
	Tokens  string `name:"token-file" type:"existingfile" env:"TOKEN_FILE" help:"Bearer tokens, a line each: the token, or token and tenant."`
}

// credentials of the service, which are nil for plain text.
func credentialsOf(cfg *tls.Config) credentials.TransportCredentials {
	if cfg == nil {
		return nil
	}
	return credentials.NewTLS(cfg)
}

// config of TLS is nil for plain text.
func (f *secureFlags) config() (*tls.Config, error) {
	if f.TLSCert == "" && f.TLSKey == "" && f.TLSCA == "" {
		return nil, nil
	}
	if f.TLSCert == "" || f.TLSKey == "" {
		return nil, errors.New("TLS needs both a certificate and its key")
	}
	pair, err := tls.LoadX509KeyPair(f.TLSCert, f.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	cfg := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if f.TLSCA != "" {
		pem, err := os.ReadFile(f.TLSCA)
		if err != nil {
			return nil, fmt.Errorf("authorities: %w", err)
		}
		cfg.ClientAuth, cfg.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		if !cfg.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("authorities: %s holds no certificate", f.TLSCA)
		}
	}
	return cfg, nil
}

// tokenWatch keeps tokens as their file has them. The zero value has none.
type tokenWatch struct {
	*server.Tokens

	cancel context.CancelFunc
	ended  chan struct{}
}

// lookEvery is how often the file of tokens is looked at.
const lookEvery = 5 * time.Second

func (f *secureFlags) tokens(ctx context.Context, log *slog.Logger) (*tokenWatch, error) {
	w := new(tokenWatch)
	if f.Tokens == "" {
		return w, nil
	}
	var err error
	if w.Tokens, err = server.ReadTokens(f.Tokens); err != nil {
		return nil, err
	}
	ctx, w.cancel = context.WithCancel(ctx)
	w.ended = make(chan struct{})
	go w.watch(ctx, log)
	return w, nil
}

// watch reads the file again when it has changed, and when the process is told to.
func (w *tokenWatch) watch(ctx context.Context, log *slog.Logger) {
	defer close(w.ended)
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGHUP)
	defer signal.Stop(told)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-told:
		case <-tick.C:
			if !w.Changed() {
				continue
			}
		}
		if err := w.Reload(); err != nil {
			log.LogAttrs(ctx, slog.LevelError, "the tokens stay as they were", slog.String("error", err.Error()))
			continue
		}
		log.LogAttrs(ctx, slog.LevelInfo, "tokens read", slog.Int("tokens", w.Len()))
	}
}

func (w *tokenWatch) len() int {
	if w.Tokens == nil {
		return 0
	}
	return w.Len()
}

func (w *tokenWatch) stop() {
	if w.cancel != nil {
		w.cancel()
		<-w.ended
	}
}
