// Errors as people and programs read them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "telemetry/language.h"
#include "telemetry/message.h"

namespace renkei::telemetry {

// "RK1042".
std::string CodeName(Code code);

// The message's text with its fields filled in, without the code. A field that the error lacks stays as
// {name}; a code without a row gives its fields as key=value. Control characters in values are shown as \x0a.
std::string Render(const Error& error, Language language);

// "RK1042 text": what a command prints.
std::string RenderWithCode(const Error& error, Language language);

// What the table says of the error; an unknown code is an error that is never retried.
Severity SeverityOf(const Error& error);
Retry RetryOf(const Error& error);
Exit ExitOf(const Error& error);

// The names a text is filled with. False if the text is malformed (a brace without its partner, a bad name).
bool FieldNames(std::string_view text, std::set<std::string>& names);

// The error's fields that its text does not show, in their order.
std::vector<Field> FieldsBeside(const Error& error, Language language);

// The text with control characters as \xNN, so that one event stays one line.
std::string OneLine(std::string_view text);

}  // namespace renkei::telemetry
