// PageTemplate: the parts of core/report/page.html, and what is put into them.
#ifndef FERRITE_CORE_SRC_PAGE_TEMPLATE_H_
#define FERRITE_CORE_SRC_PAGE_TEMPLATE_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ferrite::internal {

// The template file's text; embed.cmake puts it into the core.
std::string_view ReportTemplate();

// `text` as HTML text or as an attribute's value in quotes. What cannot be seen
// (controls, marks of direction) is shown as \u202e.
std::string Escaped(std::string_view text);

// Likewise for the content of an element, kept apart from the direction of the
// text around it: for text from the data.
std::string Visible(std::string_view text);

// The part of that name, with {{name}} replaced by the escaped value and
// {{{name}}} by the value as it is, which must be HTML. A value is put in once:
// braces within it stay what they are.
std::string Fill(
    std::string_view part,
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        values);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PAGE_TEMPLATE_H_
