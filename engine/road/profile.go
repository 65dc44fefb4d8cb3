package road

import (
	"fmt"
	"slices"
)

// Profile is a way to travel.
type Profile uint8

// The profiles. A van is a car that is slower on fast roads, minds signs about height, width and weight, and may deliver.
const (
	Car Profile = iota
	Van
	Bicycle
	Foot
)

const profiles = 4

var profileNames = [profiles]string{"car", "van", "bicycle", "foot"}

func (p Profile) String() string { return profileNames[p] }

// ProfileNames are what ParseProfile knows.
func ProfileNames() []string { return slices.Clone(profileNames[:]) }

// ParseProfile returns the profile of a name.
func ParseProfile(name string) (Profile, error) {
	if at := slices.Index(profileNames[:], name); at >= 0 {
		return Profile(at), nil
	}
	return 0, fmt.Errorf("road: no profile %q: there are %q", name, profileNames)
}

// Class of a road: its importance, as OpenStreetMap says it with the key highway.
type Class uint8

// The classes that anybody may travel on; others are no roads. A link belongs to the class that it leads to.
const (
	Motorway Class = iota
	MotorwayLink
	Trunk
	TrunkLink
	Primary
	PrimaryLink
	Secondary
	SecondaryLink
	Tertiary
	TertiaryLink
	Unclassified
	Residential
	LivingStreet
	Service
	Track
	Pedestrian
	Cycleway
	Footway
	Path
	Bridleway
	Steps
	Ferry
)

const classes = 22

// pace is what is usual on a class without signs, in km/h on average, with what traffic lights and turns cost; 0 where a profile is
// admitted only by a sign.
type pace struct {
	name           string
	car, van, bike uint8
	foot           bool
	byRule         bool // that the speed limit says nothing about how fast it goes: it is slower anyway
}

// The numbers are between those of the profiles that come with OSRM, GraphHopper and Valhalla.
var paces = [classes]pace{
	Motorway:      {name: "motorway", car: 100, van: 90},
	MotorwayLink:  {name: "motorway_link", car: 50, van: 50},
	Trunk:         {name: "trunk", car: 80, van: 75},
	TrunkLink:     {name: "trunk_link", car: 45, van: 45},
	Primary:       {name: "primary", car: 60, van: 60, bike: 18, foot: true},
	PrimaryLink:   {name: "primary_link", car: 35, van: 35, bike: 18, foot: true},
	Secondary:     {name: "secondary", car: 50, van: 50, bike: 18, foot: true},
	SecondaryLink: {name: "secondary_link", car: 30, van: 30, bike: 18, foot: true},
	Tertiary:      {name: "tertiary", car: 40, van: 40, bike: 18, foot: true},
	TertiaryLink:  {name: "tertiary_link", car: 25, van: 25, bike: 18, foot: true},
	Unclassified:  {name: "unclassified", car: 30, van: 30, bike: 17, foot: true},
	Residential:   {name: "residential", car: 26, van: 25, bike: 17, foot: true},
	LivingStreet:  {name: "living_street", car: 10, van: 10, bike: 12, foot: true, byRule: true},
	Service:       {name: "service", car: 15, van: 15, bike: 14, foot: true, byRule: true},
	Track:         {name: "track", car: 14, van: 12, bike: 13, foot: true, byRule: true},
	Pedestrian:    {name: "pedestrian", bike: walking, foot: true, byRule: true},
	Cycleway:      {name: "cycleway", bike: 18, foot: true, byRule: true},
	Footway:       {name: "footway", bike: walking, foot: true, byRule: true},
	Path:          {name: "path", bike: 12, foot: true, byRule: true},
	Bridleway:     {name: "bridleway", foot: true, byRule: true},
	Steps:         {name: "steps", bike: 2, foot: true, byRule: true},
	Ferry:         {name: "ferry", car: 15, van: 15, bike: 15, foot: true, byRule: true},
}

const (
	walking = 5   // km/h; bicycles are pushed where they may not be ridden
	stairs  = 3   // km/h
	onForce = 10  // km/h of a car where only a sign lets it in: a pedestrian street, say
	toLimit = 85  // percent of a speed limit that is reached on average
	vanMost = 95  // km/h
	carMost = 130 // km/h
)

func (c Class) String() string { return paces[c].name }

// ParseClass returns the class of a name.
func ParseClass(name string) (Class, error) {
	for c := range paces {
		if paces[c].name == name {
			return Class(c), nil
		}
	}
	return 0, fmt.Errorf("road: no class of roads %.40q", name)
}

// surfaces are speeds in km/h that are not exceeded on them, by car and by bicycle.
var surfaces = map[string][2]uint8{
	"cobblestone": {30, 11}, "sett": {40, 12}, "unhewn_cobblestone": {20, 8}, "paving_stones": {60, 16}, "metal": {60, 10}, "wood": {40, 12},
	"compacted": {60, 15}, "fine_gravel": {50, 15}, "gravel": {40, 11}, "pebblestone": {30, 9}, "unpaved": {40, 12},
	"ground": {30, 12}, "dirt": {30, 12}, "earth": {30, 12}, "grass": {15, 8}, "grass_paver": {20, 10}, "rock": {15, 6},
	"sand": {15, 5}, "mud": {10, 5}, "snow": {30, 8}, "ice": {20, 5},
}

// tracks are the same by type of track; the first is as good as a road.
var tracks = map[string][2]uint8{"grade2": {30, 14}, "grade3": {20, 12}, "grade4": {12, 10}, "grade5": {8, 7}}
