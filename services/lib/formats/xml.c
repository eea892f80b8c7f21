#include "formats/xml.h"

#include "base/str.h"

#include <libxml/parser.h>
#include <string.h>

/* What went wrong first; what follows in a broken file is noise. Hangs on parser->_private. */
struct trouble {
    bool has_entity;
    int line;
    char message[200];
};

/* Pentabarf needs no entities; refusing their declaration leaves nothing to expand. */
static void refuse_entity(void *user, const xmlChar *name, int type, const xmlChar *public_id,
                          const xmlChar *system_id, xmlChar *content)
{
    (void)name, (void)type, (void)public_id, (void)system_id, (void)content;
    xmlParserCtxt *parser = user;
    struct trouble *trouble = parser->_private;
    trouble->has_entity = true;
    trouble->line = parser->input != NULL ? parser->input->line : 0;
    xmlStopParser(parser);
}

static void note_error(void *user, xmlErrorPtr error)
{
    struct trouble *trouble = ((xmlParserCtxt *)user)->_private;
    if (trouble->message[0] != '\0' || error->message == NULL || error->level < XML_ERR_ERROR) {
        return;
    }
    size_t n =
        utf8_cut(error->message, strcspn(error->message, "\r\n"), sizeof trouble->message - 1);
    memcpy(trouble->message, error->message, n);
    trouble->message[n] = '\0';
    trouble->line = error->line;
}

static int refuse(const struct format_input *in, const struct trouble *trouble, struct err *err)
{
    if (trouble->has_entity) {
        (void)err_set(err, ERR_INPUT, "the XML declares entities, which is not accepted");
    } else {
        (void)err_set(err, ERR_INPUT, "this is not XML that can be read: %s",
                      trouble->message[0] != '\0' ? trouble->message : "there is no element in it");
    }
    return err_where(err, "%s:%d", in->name, trouble->line > 0 ? trouble->line : 1);
}

int xml_read(const struct format_input *in, xmlDoc **ret_doc, struct err *err)
{
    struct trouble trouble = {0};
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (parser == NULL) {
        return err_set(err, ERR_SYSTEM, "no memory for the XML parser");
    }
    parser->_private = &trouble;
    parser->sax->entityDecl = refuse_entity;
    parser->sax->serror = note_error;
    xmlDoc *doc = xmlCtxtReadMemory(parser, in->text, (int)in->len, NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES |
                                        XML_PARSE_COMPACT);
    int r = 0;
    if (doc == NULL || trouble.has_entity || xmlDocGetRootElement(doc) == NULL) {
        r = refuse(in, &trouble, err);
        xmlFreeDoc(doc);
    } else {
        *ret_doc = doc;
    }
    xmlFreeParserCtxt(parser);
    return r;
}

static bool is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static xmlNode *from(xmlNode *node, const char *name)
{
    while (node != NULL && !is_element(node, name)) {
        node = node->next;
    }
    return node;
}

xmlNode *xml_child(const xmlNode *node, const char *name)
{
    return node == NULL ? NULL : from(node->children, name);
}

xmlNode *xml_next(const xmlNode *node, const char *name)
{
    return from(node->next, name);
}

const char *xml_place(const struct build *b, const xmlNode *node)
{
    return arena_printf(b->arena, ":%ld", xmlGetLineNo(node));
}

static const char *take(struct arena *arena, xmlChar *content)
{
    if (content == NULL) {
        return "";
    }
    const char *text = (const char *)content;
    text += strspn(text, " \t\r\n");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL) {
        n--;
    }
    const char *copy = arena_strndup(arena, text, n);
    xmlFree(content);
    return copy;
}

const char *xml_text(struct arena *arena, const xmlNode *node)
{
    return node == NULL ? "" : take(arena, xmlNodeGetContent(node));
}

const char *xml_child_text(struct arena *arena, const xmlNode *node, const char *name)
{
    return xml_text(arena, xml_child(node, name));
}

const char *xml_attribute(struct arena *arena, const xmlNode *node, const char *name)
{
    return take(arena, xmlGetProp(node, (const xmlChar *)name));
}
