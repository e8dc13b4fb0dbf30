#include "tools/demo-models/questions/facts.h"

namespace arena::demo {
namespace {

constexpr Fact kCapitals[] = {
    {"France", "Paris"},       {"Japan", "Tokyo"},      {"Canada", "Ottawa"},
    {"Australia", "Canberra"}, {"Egypt", "Cairo"},      {"Kenya", "Nairobi"},
    {"Norway", "Oslo"},        {"Sweden", "Stockholm"}, {"Portugal", "Lisbon"},
    {"Poland", "Warsaw"},      {"Peru", "Lima"},        {"Chile", "Santiago"},
    {"Greece", "Athens"},      {"Turkey", "Ankara"},    {"Thailand", "Bangkok"},
    {"Italy", "Rome"},         {"Spain", "Madrid"},     {"Hungary", "Budapest"},
    {"Austria", "Vienna"},     {"Finland", "Helsinki"},
};

// Symbols that are English words (He, As, In, I) would be found in any answer.
constexpr Fact kSymbols[] = {
    {"gold", "Au"},    {"silver", "Ag"},    {"iron", "Fe"},   {"copper", "Cu"},  {"tin", "Sn"},
    {"lead", "Pb"},    {"sodium", "Na"},    {"zinc", "Zn"},   {"mercury", "Hg"}, {"neon", "Ne"},
    {"calcium", "Ca"}, {"magnesium", "Mg"}, {"nickel", "Ni"}, {"lithium", "Li"},
};

constexpr Fact kAuthors[] = {
    {"Hamlet", "Shakespeare"},         {"Don Quixote", "Cervantes"}, {"War and Peace", "Tolstoy"},
    {"Pride and Prejudice", "Austen"}, {"Faust", "Goethe"},          {"the Odyssey", "Homer"},
    {"Moby Dick", "Melville"},         {"Frankenstein", "Shelley"},  {"Ulysses", "Joyce"},
    {"the Divine Comedy", "Dante"},    {"Candide", "Voltaire"},      {"the Trial", "Kafka"},
};

constexpr Fact kCurrencies[] = {
    {"Japan", "yen"},     {"India", "rupee"},       {"Sweden", "krona"}, {"Poland", "zloty"},
    {"Mexico", "peso"},   {"Switzerland", "franc"}, {"Turkey", "lira"},  {"China", "yuan"},
    {"Thailand", "baht"}, {"South Africa", "rand"},
};

constexpr Fact kOpposites[] = {
    {"hot", "cold"},       {"wet", "dry"},      {"north", "south"}, {"victory", "defeat"},
    {"deep", "shallow"},   {"wide", "narrow"},  {"full", "empty"},  {"loud", "quiet"},
    {"ancient", "modern"}, {"sweet", "bitter"},
};

constexpr Fact kYoung[] = {
    {"cat", "kitten"},    {"cow", "calf"},     {"sheep", "lamb"},    {"horse", "foal"},
    {"duck", "duckling"}, {"frog", "tadpole"}, {"goose", "gosling"}, {"kangaroo", "joey"},
    {"swan", "cygnet"},   {"dog", "puppy"},
};

constexpr FactKind kKinds[] = {
    {"capital", "the capital of", "What is the capital of", kCapitals},
    {"symbol", "the chemical symbol of", "What is the chemical symbol of", kSymbols},
    {"author", "the author of", "Who is the author of", kAuthors},
    {"wrote", "the author of", "Who wrote", kAuthors},
    {"currency", "the currency of", "What is the currency of", kCurrencies},
    {"opposite", "the opposite of", "What is the opposite of", kOpposites},
    {"young", "the word for a young", "What is the word for a young", kYoung},
};

}  // namespace

std::span<const FactKind> FactKinds() { return kKinds; }

}  // namespace arena::demo
