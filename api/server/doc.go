// Package server answers the API: handlers that convert with api/wire and compute with engine, and around them what a server
// needs: admission, limits, health, reflection, metrics, logs and an orderly end.
//
// Logs carry ids and figures, never places or names, and errors never carry what went wrong inside.
package server
