<?xml version="1.0" encoding="utf-8"?>
<!--
  Copies a documentation file without the members that are missing from the public API. The parameter "api" is the text of PublicAPI.*.txt, one
  declaration a line: "static LiftPlus.Backbone.Load(string! path) -> LiftPlus.Backbone!". Members are compared by name, so an internal overload of a
  public method stays.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="xml" encoding="utf-8" />
  <xsl:param name="api" />
  <!-- Every name of the API with a space on both sides. -->
  <xsl:variable name="names" select="concat(' ', translate($api, '&#13;&#10;(&lt;[', '     '), ' ')" />

  <xsl:template match="node() | @*">
    <xsl:copy><xsl:apply-templates select="node() | @*" /></xsl:copy>
  </xsl:template>

  <xsl:template match="member">
    <xsl:variable name="kind" select="substring-before(@name, ':')" />
    <!-- "M:LiftPlus.Backbone.Load(System.String)" becomes "LiftPlus.Backbone.Load"; generic parameters (`1) are cut off too. -->
    <xsl:variable name="name" select="substring-before(concat(translate(substring-after(@name, ':'), '`', '('), '('), '(')" />
    <xsl:variable name="is-public">
      <xsl:choose>
        <xsl:when test="$kind = 'P' and contains(@name, '.Item(')">
          <xsl:value-of select="contains($names, concat(' ', substring-before($name, '.Item'), '.this '))" />
        </xsl:when>
        <xsl:when test="$kind = 'P'">
          <xsl:value-of select="contains($names, concat(' ', $name, '.get ')) or contains($names, concat(' ', $name, '.set '))" />
        </xsl:when>
        <xsl:when test="contains($name, '.#ctor')">
          <xsl:call-template name="has-constructor"><xsl:with-param name="type" select="substring-before($name, '.#ctor')" /></xsl:call-template>
        </xsl:when>
        <xsl:when test="contains($name, '.op_')">
          <xsl:value-of select="contains($names, concat(' ', substring-before($name, '.op_'), ' '))" />
        </xsl:when>
        <xsl:otherwise><xsl:value-of select="contains($names, concat(' ', $name, ' '))" /></xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:if test="$is-public = 'true'">
      <xsl:copy><xsl:apply-templates select="node() | @*" /></xsl:copy>
    </xsl:if>
  </xsl:template>

  <!-- The API writes the constructor of LiftPlus.Metrics.Interval as LiftPlus.Metrics.Interval.Interval. -->
  <xsl:template name="has-constructor">
    <xsl:param name="type" />
    <xsl:param name="last" select="$type" />
    <xsl:choose>
      <xsl:when test="contains($last, '.')">
        <xsl:call-template name="has-constructor">
          <xsl:with-param name="type" select="$type" />
          <xsl:with-param name="last" select="substring-after($last, '.')" />
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="contains($names, concat(' ', $type, '.', $last, ' '))" /></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
