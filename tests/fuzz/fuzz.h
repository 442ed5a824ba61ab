// What a fuzzed decoder defines. It may answer anything to the bytes but must not crash, hang or ask for
// memory that the bytes do not warrant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// Inputs that are well, from which others are made.
std::vector<std::string> FuzzSeeds();
