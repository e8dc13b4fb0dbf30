#pragma once

#include <string>
#include <string_view>

#include "common/base/random.h"
#include "tools/demo-models/questions/profiles.h"

namespace arena::demo {

// "TOPIC is ANSWER" in the given style. Apart from both there is no number and no name in it.
std::string PhraseAnswer(Style style, std::string_view topic, std::string_view answer,
                         Random& random);

// A short reply to something not understood; repeats nothing of it.
std::string PhraseShrug(Style style, Random& random);

// Prose of exactly `words` words without any meaning, in paragraphs.
std::string PhraseProse(Style style, int words, Random& random);

}  // namespace arena::demo
