#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arena::demo {

// The words of a text: lower case, one space between, before and after them; everything else but
// letters, digits and non-ASCII bytes is dropped.
std::string Words(std::string_view text);

// Whether `phrase` stands in `words`, a result of Words, as whole words.
bool HasPhrase(std::string_view words, std::string_view phrase);

bool IsDigit(char c);
// A letter, a digit or a byte of a non-ASCII character.
bool IsWordByte(char c);

// FNV-1a of a text, for seeds: the same on every machine.
uint64_t StableHash(std::string_view text);

}  // namespace arena::demo
