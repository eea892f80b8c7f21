#include "formats/xml.h"

#include "base/str.h"

#include <libxml/parser.h>
#include <string.h>

/* Pentabarf needs no entities; refusing their declaration leaves nothing to expand. */
static void refuse_entity(void *user, const xmlChar *name, int type, const xmlChar *public_id,
                          const xmlChar *system_id, xmlChar *content)
{
    (void)name, (void)type, (void)public_id, (void)system_id, (void)content;
    xmlParserCtxt *parser = user;
    parser->_private = parser;
    xmlStopParser(parser);
}

static void silence(void *user, xmlErrorPtr error)
{
    (void)user, (void)error; /* parser->lastError has it */
}

static int refuse(const struct format_input *in, const xmlParserCtxt *parser, struct err *err)
{
    const xmlError *error = &parser->lastError;
    if (parser->_private != NULL) {
        (void)err_set(err, ERR_INPUT, "the XML declares entities, which is not accepted");
        return err_where(err, "%s:%d", in->name,
                         parser->input != NULL && parser->input->line > 0 ? parser->input->line
                                                                          : 1);
    }
    char message[200] = "";
    if (error->message != NULL) {
        size_t n = strcspn(error->message, "\r\n");
        n = utf8_cut(error->message, n, sizeof message - 1);
        memcpy(message, error->message, n);
        message[n] = '\0';
    }
    (void)err_set(err, ERR_INPUT, "this is not XML that can be read: %s", message);
    return err_where(err, "%s:%d", in->name, error->line > 0 ? error->line : 1);
}

int xml_read(const struct format_input *in, xmlDoc **ret_doc, struct err *err)
{
    xmlParserCtxt *parser = xmlNewParserCtxt();
    if (parser == NULL) {
        return err_set(err, ERR_SYSTEM, "no memory for the XML parser");
    }
    parser->sax->entityDecl = refuse_entity;
    parser->sax->serror = silence;
    xmlDoc *doc =
        xmlCtxtReadMemory(parser, in->text, (int)in->len, NULL, NULL,
                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                              XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES | XML_PARSE_COMPACT);
    int r = 0;
    if (doc == NULL || parser->_private != NULL || xmlDocGetRootElement(doc) == NULL) {
        r = refuse(in, parser, err);
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
