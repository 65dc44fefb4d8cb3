package city

// trade is what a technician can be: a skill, the certificate it may take, and the tools of the van.
type trade struct {
	skill  string
	cert   string // "": none
	tools  []string
	weight float64
}

var trades = []trade{
	{"heating", "gas", []string{"flue-analyser"}, 6},
	{"plumbing", "", []string{"pipe-press"}, 4},
	{"electrical", "live-working", []string{"insulation-tester"}, 5},
	{"cooling", "f-gas", []string{"manifold-gauge"}, 4},
	{"network", "", []string{"fusion-splicer"}, 4},
	{"access", "", []string{"lock-kit"}, 3},
}

// part is one SKU. Common parts are in most vans of the trade; the others wait at a depot.
type part struct {
	sku    string
	skill  string
	common bool
	price  float64 // per unit
	most   int     // units that one job may need
}

var parts = []part{
	{"ignition-electrode", "heating", true, 0, 1},
	{"ntc-sensor", "heating", true, 0, 2},
	{"circulation-pump", "heating", false, 2, 1},
	{"diverter-valve", "heating", false, 1.5, 1},
	{"control-board", "heating", false, 3, 1},
	{"expansion-vessel-18l", "heating", false, 2, 1},
	{"ball-valve-dn20", "plumbing", true, 0, 3},
	{"tap-cartridge-35", "plumbing", true, 0, 2},
	{"siphon-dn40", "plumbing", true, 0, 1},
	{"water-heater-80l", "plumbing", false, 5, 1},
	{"breaker-b16", "electrical", true, 0, 4},
	{"rcd-40a", "electrical", true, 0, 2},
	{"surge-arrester-t2", "electrical", false, 2, 1},
	{"meter-module", "electrical", false, 2, 2},
	{"run-capacitor", "cooling", true, 0, 2},
	{"drain-pump", "cooling", true, 0, 1},
	{"fan-motor", "cooling", false, 3, 2},
	{"r32-bottle", "cooling", false, 4, 2},
	{"router-ax", "network", true, 0, 1},
	{"fibre-terminal", "network", true, 0, 1},
	{"patch-panel-24", "network", false, 1, 1},
	{"lock-cylinder", "access", true, 0, 3},
	{"card-reader", "access", false, 2, 2},
	{"motor-lock", "access", false, 3, 1},
}

// partsOf are the parts of a trade, common or not.
func partsOf(skill string, common bool) []part {
	var out []part
	for _, p := range parts {
		if p.skill == skill && p.common == common {
			out = append(out, p)
		}
	}
	return out
}

// kind of job.
type kind struct {
	code     string // begins the job's id
	skill    string
	or       string // another skill that will do; "": none
	lo, hi   int    // level needed
	min, max int    // minutes
	cert     string
	tool     string
	common   float64 // chance to need parts that vans have
	rare     float64 // chance to need parts that vans lack
	urgent   float64 // chance to be an emergency
	weight   float64
}

var kinds = []kind{
	{code: "BOILER", skill: "heating", lo: 2, hi: 3, min: 35, max: 70, cert: "gas", common: 0.3, rare: 0.5, urgent: 0.25, weight: 16},
	{code: "SERVICE", skill: "heating", lo: 1, hi: 1, min: 25, max: 40, cert: "gas", tool: "flue-analyser", common: 0.6, weight: 20},
	{code: "LEAK", skill: "plumbing", lo: 1, hi: 2, min: 20, max: 45, common: 0.7, rare: 0.03, urgent: 0.3, weight: 17},
	{code: "HEATER", skill: "plumbing", or: "heating", lo: 2, hi: 2, min: 50, max: 80, tool: "pipe-press", rare: 0.8, weight: 7},
	{code: "POWER", skill: "electrical", lo: 1, hi: 2, min: 20, max: 45, common: 0.5, rare: 0.1, urgent: 0.2, weight: 22},
	{
		code: "PANEL", skill: "electrical", lo: 3, hi: 3, min: 60, max: 95, cert: "live-working", tool: "insulation-tester",
		common: 0.8, rare: 0.35, weight: 9,
	},
	{code: "AIRCON", skill: "cooling", lo: 1, hi: 2, min: 25, max: 50, cert: "f-gas", common: 0.5, rare: 0.12, weight: 15},
	{
		code: "CHILLER", skill: "cooling", lo: 2, hi: 3, min: 45, max: 80, cert: "f-gas", tool: "manifold-gauge",
		rare: 0.6, urgent: 0.3, weight: 6,
	},
	{code: "FIBRE", skill: "network", lo: 1, hi: 2, min: 30, max: 55, tool: "fusion-splicer", common: 0.9, rare: 0.08, weight: 17},
	{code: "OFFICE", skill: "network", or: "electrical", lo: 2, hi: 3, min: 20, max: 50, rare: 0.2, urgent: 0.1, weight: 8},
	{code: "LOCK", skill: "access", lo: 1, hi: 1, min: 15, max: 30, tool: "lock-kit", common: 0.7, urgent: 0.35, weight: 12},
	{code: "DOOR", skill: "access", lo: 2, hi: 2, min: 35, max: 60, rare: 0.45, weight: 9},
}
