using Mono.Cecil;
using Mono.Cecil.Cil;

namespace NnUNet.Cli.Tests.Architecture;

/// <summary>Which folder of the product uses which, read from the compiled assemblies: a folder is a namespace.</summary>
/// <remarks>Constants leave no trace in compiled code, so a folder may take a constant from another one unseen.</remarks>
internal sealed class FolderGraph
{
    private const string Product = "NnUNet.";
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>> _edges = new(StringComparer.Ordinal);

    private FolderGraph(string folder)
    {
        using DefaultAssemblyResolver resolver = new();
        resolver.AddSearchDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(folder, "*.dll").Where(IsProduct).Order(StringComparer.Ordinal))
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(file, new ReaderParameters { AssemblyResolver = resolver });
            string assembly = Path.GetFileNameWithoutExtension(file);
            Assemblies.Add(assembly);
            foreach (TypeDefinition type in module.Types.Where(static t => t.Namespace.StartsWith(Product[..^1], StringComparison.Ordinal)))
            {
                Owners.TryAdd(type.Namespace, assembly);
                if (!_edges.ContainsKey(type.Namespace)) _edges[type.Namespace] = new(StringComparer.Ordinal);
                foreach (TypeReference used in new TypeUses(type).All) Add(type, used);
            }
        }
    }

    /// <summary>The product's assemblies.</summary>
    public List<string> Assemblies { get; } = [];

    /// <summary>The assembly of each folder.</summary>
    public SortedDictionary<string, string> Owners { get; } = new(StringComparer.Ordinal);

    /// <summary>The folders.</summary>
    public IEnumerable<string> Folders => _edges.Keys;

    /// <summary>Reads the assemblies beside the tests.</summary>
    public static FolderGraph Read() => new(AppContext.BaseDirectory);

    /// <summary>The folders that a folder uses.</summary>
    public IEnumerable<string> UsesOf(string folder) => _edges.TryGetValue(folder, out SortedDictionary<string, SortedSet<string>>? used) ? used.Keys : [];

    /// <summary>Groups of folders that use each other, directly or by way of others; each named with the types that close the circle.</summary>
    public IEnumerable<string> Circles() => Groups().Where(static g => g.Length > 1).Select(circle => string.Join(
        Environment.NewLine,
        (IEnumerable<string>)[$"{string.Join(", ", circle)}:", .. from folder in circle from use in _edges[folder] where circle.Contains(use.Key) from types in use.Value select "  " + types]));

    /// <summary>The folders in an order in which each comes after those that it uses; those of a circle stand side by side.</summary>
    public IEnumerable<string> ReadingOrder() => Groups().SelectMany(static g => g);

    private static bool IsProduct(string file)
    {
        string name = Path.GetFileNameWithoutExtension(file);
        return name == "nnunet" || (name.StartsWith(Product, StringComparison.Ordinal) && !name.EndsWith(".Tests", StringComparison.Ordinal) && name != "NnUNet.Testing");
    }

    private void Add(TypeDefinition user, TypeReference used)
    {
        if (used.Namespace == user.Namespace || !used.Namespace.StartsWith(Product, StringComparison.Ordinal)) return;
        SortedDictionary<string, SortedSet<string>> uses = _edges[user.Namespace];
        if (!uses.TryGetValue(used.Namespace, out SortedSet<string>? types)) uses[used.Namespace] = types = new(StringComparer.Ordinal);
        types.Add($"{user.FullName} uses {used.FullName}");
    }

    /// <summary>Tarjan's strongly connected components, which come in the order of a topological sort.</summary>
    private List<string[]> Groups()
    {
        Dictionary<string, int> index = [];
        Dictionary<string, int> low = [];
        Stack<string> open = [];
        List<string[]> groups = [];
        foreach (string folder in Folders) Visit(folder);
        return groups;

        void Visit(string folder)
        {
            if (index.ContainsKey(folder)) return;
            index[folder] = low[folder] = index.Count;
            open.Push(folder);
            foreach (string used in UsesOf(folder))
            {
                if (!index.ContainsKey(used)) Visit(used);
                if (open.Contains(used)) low[folder] = Math.Min(low[folder], low[used]);
            }

            if (low[folder] != index[folder]) return;
            List<string> group = [];
            do group.Add(open.Pop());
            while (group[^1] != folder);
            groups.Add([.. group.Order(StringComparer.Ordinal)]);
        }
    }

    /// <summary>The types that a type names: in its base, members, attributes and code, those of nested types included.</summary>
    private sealed class TypeUses
    {
        private readonly HashSet<TypeReference> _all = [];

        public TypeUses(TypeDefinition type) => AddType(type);

        public IEnumerable<TypeReference> All => _all;

        private void AddType(TypeDefinition type)
        {
            Use(type.BaseType);
            foreach (InterfaceImplementation one in type.Interfaces) Use(one.InterfaceType);
            foreach (CustomAttribute attribute in type.CustomAttributes) Use(attribute.AttributeType);
            foreach (FieldDefinition field in type.Fields) Use(field.FieldType);
            foreach (GenericParameterConstraint constraint in type.GenericParameters.SelectMany(static p => p.Constraints)) Use(constraint.ConstraintType);
            foreach (MethodDefinition method in type.Methods) AddMethod(method);
            foreach (TypeDefinition nested in type.NestedTypes) AddType(nested);
        }

        private void AddMethod(MethodDefinition method)
        {
            Use(method);
            foreach (CustomAttribute attribute in method.CustomAttributes) Use(attribute.AttributeType);
            if (!method.HasBody) return;

            foreach (VariableDefinition variable in method.Body.Variables) Use(variable.VariableType);
            foreach (ExceptionHandler handler in method.Body.ExceptionHandlers) Use(handler.CatchType);
            foreach (Instruction instruction in method.Body.Instructions)
            {
                switch (instruction.Operand)
                {
                    case MethodReference called:
                        Use(called);
                        break;
                    case FieldReference field:
                        Use(field.DeclaringType);
                        Use(field.FieldType);
                        break;
                    case TypeReference type:
                        Use(type);
                        break;
                }
            }
        }

        private void Use(MethodReference method)
        {
            Use(method.DeclaringType);
            Use(method.ReturnType);
            foreach (ParameterDefinition parameter in method.Parameters) Use(parameter.ParameterType);
            if (method is GenericInstanceMethod generic) UseAll(generic.GenericArguments);
        }

        private void UseAll(IEnumerable<TypeReference> types)
        {
            foreach (TypeReference type in types) Use(type);
        }

        private void Use(TypeReference? type)
        {
            if (type is GenericInstanceType generic) UseAll(generic.GenericArguments);
            if (type is TypeSpecification made)
            {
                Use(made.ElementType);
                return;
            }

            if (type is null or GenericParameter) return;
            while (type.DeclaringType is not null) type = type.DeclaringType;
            _all.Add(type);
        }
    }
}
