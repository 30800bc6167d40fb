package generator

import (
	"fmt"
	"math/big"
	"net/netip"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// cidrHostFunc counts addresses within a network.
var cidrHostFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "network", Type: cty.String}, {Name: "number", Type: cty.Number}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		network, err := givenNetwork(args[0].AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		number, accuracy := args[1].AsBigFloat().Int(nil)
		if accuracy != big.Exact {
			return cty.NilVal, function.NewArgErrorf(1, "a whole number is needed")
		}
		size := networkSize(network.Addr().BitLen() - network.Bits())
		if number.Sign() < 0 {
			number.Add(number, size)
		}
		if number.Sign() < 0 || number.Cmp(size) >= 0 {
			return cty.NilVal, function.NewArgErrorf(1, "%s has only %s addresses", network, size)
		}
		return cty.StringVal(addressAt(network, number).String()), nil
	},
})

// cidrSubnetFunc counts networks within a network.
var cidrSubnetFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "network", Type: cty.String}, {Name: "bits", Type: cty.Number}, {Name: "number", Type: cty.Number}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		network, err := givenNetwork(args[0].AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(0, err)
		}
		left := network.Addr().BitLen() - network.Bits()
		if err := wholeNumber(args[1], 0, int64(left)); err != nil {
			return cty.NilVal, function.NewArgErrorf(1, "%s leaves %d bits: %s", network, left, err)
		}
		bits64, _ := args[1].AsBigFloat().Int64()
		bits := int(bits64)
		number, accuracy := args[2].AsBigFloat().Int(nil)
		if size := networkSize(bits); accuracy != big.Exact || number.Sign() < 0 || number.Cmp(size) >= 0 {
			return cty.NilVal, function.NewArgErrorf(2, "with %d bits, networks are numbered from 0 to before %s", bits, size)
		}
		start := addressAt(network, number.Lsh(number, uint(left-bits)))
		return cty.StringVal(netip.PrefixFrom(start, network.Bits()+bits).String()), nil
	},
})

func givenNetwork(s string) (netip.Prefix, error) {
	network, err := netip.ParsePrefix(s)
	if err != nil {
		return network, fmt.Errorf("%q is not a network such as 10.0.0.0/8", s)
	}
	return network.Masked(), nil
}

// networkSize is the number of addresses of so many bits.
func networkSize(bits int) *big.Int { return new(big.Int).Lsh(big.NewInt(1), uint(bits)) }

func addressAt(network netip.Prefix, number *big.Int) netip.Addr {
	bytes := network.Addr().AsSlice()
	sum := new(big.Int).Add(new(big.Int).SetBytes(bytes), number)
	address, _ := netip.AddrFromSlice(sum.FillBytes(bytes)) // of the length it came with
	return address
}
