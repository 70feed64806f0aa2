namespace LiftPlus;

/// <summary>Specifies the level of iNaturalist's taxonomy that the classes are, from the finest to the coarsest.</summary>
public enum TaxonomicLevel
{
    /// <summary>8,142 species.</summary>
    Species,

    /// <summary>The genus.</summary>
    Genus,

    /// <summary>The family.</summary>
    Family,

    /// <summary>The order.</summary>
    Order,

    /// <summary>The class, in biology's sense.</summary>
    Class,

    /// <summary>The phylum.</summary>
    Phylum,

    /// <summary>The kingdom.</summary>
    Kingdom,

    /// <summary>iNaturalist's own groups, such as Aves or Mammalia: what the image folders are named by.</summary>
    Supercategory,
}
