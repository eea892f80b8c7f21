/* xml: libxml2 with everything off that a stranger's file could use against us. */
#ifndef ROLLCALL_FORMATS_XML_H
#define ROLLCALL_FORMATS_XML_H

#include "formats/build.h"

#include <libxml/tree.h>

CLEANUP_FUNCTION(xmlDoc, xml_cleanup, xmlFreeDoc);

/* Parses the whole text: no network, no external subset, and any declaration of an entity is
 * refused. ERR_INPUT with name:line; libxml2's own limits hold (256 deep, 10 MB in one text). */
int xml_read(const struct format_input *in, xmlDoc **ret_doc, struct err *err) MUST_CHECK;

/* The first child element of that name, and the next one after `node`; NULL = none. */
xmlNode *xml_child(const xmlNode *node, const char *name);
xmlNode *xml_next(const xmlNode *node, const char *name);
/* ":1234" */
const char *xml_place(const struct build *b, const xmlNode *node);

/* All text inside node, blanks at both ends gone; "" for NULL. */
const char *xml_text(struct arena *arena, const xmlNode *node);
const char *xml_child_text(struct arena *arena, const xmlNode *node, const char *name);
const char *xml_attribute(struct arena *arena, const xmlNode *node, const char *name);

#endif
