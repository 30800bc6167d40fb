package main

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// image is a loaded ELF file: its sections by address, and what the dynamic
// linker would write where.
type image struct {
	file     *elf.File
	sections []loaded
	// pointers are relocated words: address of the word to the address in it.
	pointers map[uint64]uint64
	// imports are words that receive the address of another object's symbol.
	imports map[uint64]string
	// symbols are the exported names by address.
	symbols map[uint64]string
	byName  map[string]uint64
}

type loaded struct {
	start uint64
	data  []byte
}

func open(path string) (*image, error) {
	f, err := elf.Open(path)
	if err != nil {
		return nil, err
	}
	img := &image{file: f, pointers: map[uint64]uint64{}, imports: map[uint64]string{},
		symbols: map[uint64]string{}, byName: map[string]uint64{}}
	for _, s := range f.Sections {
		if s.Flags&elf.SHF_ALLOC == 0 || s.Type == elf.SHT_NOBITS {
			continue
		}
		data, err := s.Data()
		if err != nil {
			return nil, err
		}
		img.sections = append(img.sections, loaded{s.Addr, data})
	}
	return img, img.link()
}

// link collects symbols and applies relocations.
func (img *image) link() error {
	symbols, err := img.file.DynamicSymbols()
	if err != nil {
		return err
	}
	for _, s := range symbols {
		if s.Value != 0 {
			img.symbols[s.Value] = s.Name
			img.byName[s.Name] = s.Value
		}
	}
	for _, section := range img.file.Sections {
		if section.Type != elf.SHT_RELA {
			continue
		}
		data, err := section.Data()
		if err != nil {
			return err
		}
		for ; len(data) >= 24; data = data[24:] {
			img.relocate(data[:24], symbols)
		}
	}
	return nil
}

func (img *image) relocate(entry []byte, symbols []elf.Symbol) {
	le := binary.LittleEndian
	offset, info, addend := le.Uint64(entry), le.Uint64(entry[8:]), le.Uint64(entry[16:])
	switch elf.R_X86_64(info & 0xffffffff) {
	case elf.R_X86_64_RELATIVE:
		img.pointers[offset] = addend
	case elf.R_X86_64_64, elf.R_X86_64_GLOB_DAT:
		symbol := symbols[info>>32-1]
		if symbol.Value != 0 {
			img.pointers[offset] = symbol.Value + addend
		} else {
			img.imports[offset] = symbol.Name
		}
	}
}

// word is the 64-bit value at an address, as it is after relocation.
func (img *image) word(address uint64) uint64 {
	if p, ok := img.pointers[address]; ok {
		return p
	}
	if b := img.bytes(address, 8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (img *image) bytes(address, n uint64) []byte {
	for _, s := range img.sections {
		if address >= s.start && address+n <= s.start+uint64(len(s.data)) {
			return s.data[address-s.start:][:n]
		}
	}
	return nil
}

// str reads an ngx_str_t: length and pointer.
func (img *image) str(address uint64) string {
	n := img.word(address)
	if n > 256 {
		return ""
	}
	return string(img.bytes(img.word(address+8), n))
}

// function names the function that the word at address points to: its
// exported name, or "" for one that is private to the module.
func (img *image) function(address uint64) string {
	if name, ok := img.imports[address]; ok {
		return name
	}
	return img.symbols[img.word(address)]
}

// readBinary gives the commands of all modules in a server or module file.
func readBinary(path string) ([]row, error) {
	img, err := open(path)
	if err != nil {
		return nil, err
	}
	defer img.file.Close()
	list, ok := img.byName["ngx_modules"]
	if !ok {
		return nil, errors.New("no symbol ngx_modules: not an nginx server or module, or a stripped one")
	}
	var rows []row
	for ; img.word(list) != 0; list += 8 {
		rows = append(rows, img.module(img.word(list))...)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%d relocations, but no command found", len(img.pointers))
	}
	return rows, nil
}

// The layout of ngx_module_t and ngx_command_t on 64-bit machines.
const (
	moduleCommands = 64
	moduleType     = 72
	commandSize    = 56
	commandType    = 16
	commandSet     = 24
	commandPost    = 48
)

func (img *image) module(address uint64) []row {
	name := strings.TrimSuffix(strings.TrimPrefix(img.symbols[address], "ngx_"), "_module")
	kind := string(img.bytes(address+moduleType, 4))
	var rows []row
	for c := img.word(address + moduleCommands); c != 0 && img.word(c) != 0; c += commandSize {
		flags := img.word(c + commandType)
		r := row{name: img.str(c), module: name, contexts: contexts(kind, flags), arguments: arguments(flags)}
		r.reader = img.function(c + commandSet)
		r.words = img.post(r.reader, c+commandPost)
		r.reader = strings.TrimPrefix(strings.TrimSuffix(strings.TrimSuffix(r.reader, "_slot"), "_set"), "ngx_")
		rows = append(rows, r)
	}
	return rows
}

// post describes the table behind a command: words of an enumeration or bit
// set, bounds of a number, or the new name of a deprecated one.
func (img *image) post(set string, address uint64) string {
	post := img.word(address)
	if name, ok := img.imports[address]; ok {
		return name
	}
	if post == 0 {
		return ""
	}
	switch set {
	case "ngx_conf_set_enum_slot", "ngx_conf_set_bitmask_slot":
		var words []string
		for ; img.word(post) != 0; post += 24 {
			words = append(words, img.str(post))
		}
		return strings.Join(words, " ")
	}
	switch img.function(post) {
	case "ngx_conf_check_num_bounds":
		return fmt.Sprintf("%d..%d", int64(img.word(post+8)), int64(img.word(post+16)))
	case "ngx_conf_deprecated":
		return "deprecated " + img.cString(img.word(post+16))
	case "":
		return ""
	}
	return img.function(post)
}

func (img *image) cString(address uint64) string {
	var b strings.Builder
	for c := img.bytes(address, 1); c != nil && c[0] != 0; c = img.bytes(address, 1) {
		b.WriteByte(c[0])
		address++
	}
	return b.String()
}
