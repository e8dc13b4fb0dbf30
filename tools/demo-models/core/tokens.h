#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arena::demo {

// Cuts a text into tokens of about the size that real models use: a run of at most six letters or
// digits with the spaces before it, or a single other character. Joined they are the text again;
// no UTF-8 character is cut.
std::vector<std::string> Tokenize(std::string_view text);

}  // namespace arena::demo
