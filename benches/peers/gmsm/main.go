// What gmsm takes for the rows of the hot-path table: `peer SECONDS` prints row, best and median in nanoseconds as TSV.
package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/sys/unix"
)

func main() {
	seconds, err := strconv.ParseFloat(os.Args[1], 64)
	must(err)
	runtime.LockOSThread()
	// Collections run on other threads, and would be measured where they disturb only.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(1 << 30)
	key, err := sm2.GenerateKey(rand.Reader)
	must(err)
	digest := sm3.Sum([]byte("message digest"))
	signature, err := sm2.SignASN1(rand.Reader, key, digest[:], nil)
	must(err)
	row("sm2-sign", seconds, func() {
		_, err := sm2.SignASN1(rand.Reader, key, digest[:], nil)
		must(err)
	})
	row("sm2-verify", seconds, func() {
		if !sm2.VerifyASN1(&key.PublicKey, digest[:], signature) {
			panic("a signature does not hold")
		}
	})
	row("sm2-keygen", seconds, func() {
		_, err := sm2.GenerateKey(rand.Reader)
		must(err)
	})
	data := make([]byte, 1<<20)
	for _, of := range []struct {
		name   string
		length int
	}{{"sm3-64", 64}, {"sm3-1k", 1 << 10}, {"sm3-1m", 1 << 20}} {
		row(of.name, seconds, func() { sink = sm3.Sum(data[:of.length]) })
	}
}

var sink [32]byte

// Samples of about two milliseconds of this thread.
func row(name string, seconds float64, work func()) {
	count := 1
	for {
		if taken := sample(work, count); taken*float64(count) > 2e6 || count > 1<<20 {
			break
		}
		count *= 2
	}
	var samples []float64
	for total := 0.0; total < seconds*1e9 || len(samples) < 5; {
		taken := sample(work, count)
		samples = append(samples, taken)
		total += taken * float64(count)
	}
	slices.Sort(samples)
	fmt.Printf("%s\t%.1f\t%.1f\n", name, samples[0], samples[len(samples)/2])
}

func sample(work func(), count int) float64 {
	start := onProcessor()
	for range count {
		work()
	}
	return float64(onProcessor()-start) / float64(count)
}

func onProcessor() int64 {
	var now unix.Timespec
	must(unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now))
	return now.Nano()
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
